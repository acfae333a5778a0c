import { once } from '../act.ts';
import * as bookings from '../bookings/index.ts';
import * as patients from '../patients/index.ts';
import * as staff from '../staff/index.ts';
import type { TenantScope } from '../tenancy.ts';
import * as treatments from '../treatments/index.ts';

/** Books an hour of the coming days, ten a day from nine on in Jakarta, once however often it is asked for. */
export async function bookHour(clinic: TenantScope, n: number): Promise<bookings.Booking> {
  const { items: [patient] } = await patients.findByTenant(clinic); // prettier-ignore
  const { items: [treatment] } = await treatments.findByTenant(clinic); // prettier-ignore
  const { items: [person] } = await staff.findByTenant(clinic); // prettier-ignore
  const [day, hour] = [25 + Math.floor(n / 10), 2 + (n % 10)];
  return bookings.book(once(clinic, `hour/${n}`), {
    patientId: patient!.id,
    treatmentId: treatment!.id,
    staffId: person!.id,
    startAt: new Date(Date.UTC(2026, 10, day, hour)),
    source: 'online',
    status: 'confirmed',
  });
}
