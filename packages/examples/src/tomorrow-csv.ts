// Prints tomorrow's bookings of a clinic as CSV.
//   node tomorrow-csv.ts > tomorrow.csv
import { clinicOfEnvironment } from './client.ts';

const clinic = clinicOfEnvironment();
const { today } = await clinic.clinic.current.query();
const tomorrow = new Date(Date.parse(today) + 86_400_000).toISOString().slice(0, 10);

print('time', 'patient', 'treatment', 'status', 'price', 'paid');
for (const booking of await clinic.bookings.findByTenantAndDate.query({ date: tomorrow })) {
  const { localTime, patientName = '', treatmentName, status, price, paymentAmount = 0 } = booking;
  print(localTime, patientName, treatmentName, status, price, paymentAmount);
}

function print(...cells: (string | number)[]): void {
  console.log(cells.map(cell).join(','));
}

/** A cell by RFC 4180; what a spreadsheet would calculate gets an apostrophe before it. */
function cell(value: string | number): string {
  const text = String(value);
  const plain = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
