// Marks the confirmed appointments of a day that nobody came to: what is over, was never begun, and was no walk-in.
//   node no-show-sweep.ts [--dry-run] [2026-11-24]
import { isCirceError } from '@paper-circe/api/client';
import { parseArgs } from 'node:util';
import { clinicOfEnvironment } from './client.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'dry-run': { type: 'boolean', default: false } },
});
const clinic = clinicOfEnvironment();
const { today, now } = await clinic.clinic.current.query();
const date = positionals[0] ?? today;

for (const booking of await clinic.bookings.findByTenantAndDate.query({ date })) {
  const { id, status, source, arrivedAt, startedAt, endAt, localTime } = booking;
  if (status !== 'confirmed' || source === 'walk-in' || arrivedAt || startedAt || endAt > now) continue;
  try {
    // A sweep that is started again finds its key, and marks nobody twice.
    const context = { idempotencyKey: `no-show-${id}`, dryRun: values['dry-run'] };
    await clinic.bookings.noShow.mutate({ id }, { context });
    console.log(`${date} ${localTime} ${id}: no-show${values['dry-run'] ? ' (tried)' : ''}`);
  } catch (error) {
    // Somebody at the desk was faster: what he did counts.
    if (!isCirceError(error, 'ILLEGAL_TRANSITION')) throw error;
    console.log(`${date} ${localTime} ${id}: ${error.message}`);
  }
}
