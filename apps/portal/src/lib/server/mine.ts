import { every } from '@paper-circe/api';
import type { ClinicApi } from './api.ts';
import { publicClinic } from './public-clinic.ts';

/** Who is signed in, and the clinic, as every page of what is a patient's own shows them. */
export async function ownFrame(api: ClinicApi) {
  const [user, clinic] = await Promise.all([api.auth.me(), api.clinic.current()]);
  const { today, now } = clinic;
  return { user: { name: user.name, email: user.email }, clinic: publicClinic(clinic), today, now };
}

/** What those who work at the clinic are called, by id. */
export async function staffNames(api: ClinicApi): Promise<Record<string, string>> {
  const staff = await Array.fromAsync(every((page) => api.me.findStaff(page)));
  return Object.fromEntries(staff.map(({ id, name }) => [id, name]));
}

/** Bookings that were made at once, together and by time, in the order of a list. */
export function appointmentsOf<
  Own extends {
    readonly id: string;
    readonly visitId?: string;
    readonly startAt: Date;
    readonly status: string;
    readonly changeableUntil?: Date;
  },
>(bookings: readonly Own[]) {
  const groups = Map.groupBy(bookings, ({ id, visitId }) => visitId ?? id);
  return [...groups.values()].map((some) => {
    const byTime = some.toSorted((a, b) => a.startAt.getTime() - b.startAt.getTime());
    const stands = byTime.filter(({ status }) => status !== 'cancelled');
    const isOn = stands.some(({ status }) => status === 'pending' || status === 'confirmed');
    // What was begun of it is changed no more, and nothing else of it either.
    const until = stands.every((one) => one.changeableUntil) ? stands[0]?.changeableUntil : undefined;
    return { id: byTime[0]?.id ?? '', bookings: byTime, isOn, until };
  });
}
