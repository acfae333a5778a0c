import { bookingsArchive, bookingsCollection } from '../bookings/collection.ts';
import type { Booking, BookingId, Payment } from '../bookings/schema.ts';
import { findLimit } from '../handle.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { erasedText, recordErased } from './erase-events.ts';
import type { PatientId } from './schema.ts';

/** Takes the patient out of his bookings, wherever they are kept. Answers which those are. */
export async function eraseBookings(
  inside: TenantScope,
  patientId: PatientId,
  patientName: string,
): Promise<BookingId[]> {
  const ids: BookingId[] = [];
  for (const collection of [bookingsCollection, bookingsArchive]) {
    const handle = within(inside, collection);
    const found = await handle.find({ patientId }, { limit: findLimit });
    const changed = found.map((before) => ({ before, fields: fieldsOf(before, patientName) }));
    await handle.updateEach(
      changed.map(({ before, fields }) => ({
        filter: { id: before.id },
        update: { $set: fields, $unset: { lastChange: true } },
      })),
    );
    const events = changed.map(({ before, fields }) => ({
      before,
      after: { ...before, ...fields, revision: before.revision + 1 },
    }));
    await recordErased(inside, bookingsCollection, events, ['patientName', 'bookedAs', 'notes', 'override']);
    ids.push(...found.map(({ id }) => id));
  }
  return ids;
}

function fieldsOf({ override, payments }: Booking, patientName: string) {
  return {
    patientName,
    notes: undefined,
    bookedAs: undefined,
    bookedHash: undefined,
    linkHash: undefined,
    ...(override && { override: { ...override, reason: erasedText } }),
    payments: payments.map(unexplained),
  };
}

/** A refund or a correction without what somebody wrote of it. */
function unexplained({ reason, corrected, ...payment }: Payment): Payment {
  return {
    ...payment,
    ...(reason !== undefined && { reason: erasedText }),
    ...(corrected && { corrected: { ...corrected, reason: erasedText } }),
  };
}
