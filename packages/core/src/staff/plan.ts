// One entry of somebody's plan at a time, so that two desks that enter leave at once do not undo each other's.
import { z } from 'zod';
import { act } from '../act.ts';
import { DateException, TimeOff } from '../availability/hours.ts';
import { notFound } from '../errors.ts';
import { assertFresh } from '../fresh.ts';
import { parsed } from '../parsed.ts';
import { Seen } from '../revision.ts';
import type { TenantScope } from '../tenancy.ts';
import { LocalDate } from '../time.ts';
import { change } from './change.ts';
import { staffCollection } from './collection.ts';
import { get } from './read.ts';
import { Exceptions, TimesOff, type Staff, type StaffId } from './schema.ts';

/**
 * Enters leave: local days away, both included. Bookings in them stay as they are; `findUncovered` lists them.
 * @throws NOT_FOUND
 * @throws VALIDATION also when there are 200 entries
 * @throws STALE when somebody changed the record since the revision that was seen, with what changed
 */
export async function addTimeOff(
  clinic: TenantScope,
  id: StaffId,
  input: TimeOff,
  seen: Seen = {},
): Promise<Staff> {
  const given = parsed(TimeOff, input);
  return changePlan(clinic, 'staff.addTimeOff', id, given, seen, ({ timeOff }) => ({
    timeOff: parsed(
      TimesOff,
      [...timeOff, given].toSorted((a, b) => (a.from < b.from ? -1 : 1)),
    ),
  }));
}

/** Local days, both included. */
export const Days = z.strictObject({ from: LocalDate, to: LocalDate });
export type Days = z.input<typeof Days>;

/**
 * Takes back leave of exactly these local days.
 * @throws NOT_FOUND also when there is none
 * @throws STALE when somebody changed the record since the revision that was seen, with what changed
 */
export async function removeTimeOff(
  clinic: TenantScope,
  id: StaffId,
  days: Days,
  seen: Seen = {},
): Promise<Staff> {
  const { from, to } = parsed(Days, days);
  return changePlan(clinic, 'staff.removeTimeOff', id, { from, to }, seen, ({ timeOff }) => {
    const left = timeOff.filter((one) => one.from !== from || one.to !== to);
    if (left.length === timeOff.length) throw notFound('leave');
    return { timeOff: left };
  });
}

/**
 * Gives one local date other hours than the weekly ones, in place of what it had; none makes it a day off.
 * @throws NOT_FOUND
 * @throws VALIDATION also when there are 400 entries
 * @throws STALE when somebody changed the record since the revision that was seen, with what changed
 */
export async function setException(
  clinic: TenantScope,
  id: StaffId,
  input: DateException,
  seen: Seen = {},
): Promise<Staff> {
  const given = parsed(DateException, input);
  return changePlan(clinic, 'staff.setException', id, given, seen, ({ exceptions }) => ({
    exceptions: parsed(
      Exceptions,
      [...exceptions.filter(({ date }) => date !== given.date), given].toSorted((a, b) =>
        a.date < b.date ? -1 : 1,
      ),
    ),
  }));
}

/**
 * Gives a local date its weekly hours again.
 * @throws NOT_FOUND also when it has them
 * @throws STALE when somebody changed the record since the revision that was seen, with what changed
 */
export async function removeException(
  clinic: TenantScope,
  id: StaffId,
  date: string,
  seen: Seen = {},
): Promise<Staff> {
  const day = parsed(LocalDate, date);
  return changePlan(clinic, 'staff.removeException', id, day, seen, ({ exceptions }) => {
    const left = exceptions.filter((one) => one.date !== day);
    if (left.length === exceptions.length) throw notFound('exception');
    return { exceptions: left };
  });
}

async function changePlan(
  clinic: TenantScope,
  action: string,
  id: StaffId,
  given: unknown,
  seen: Seen,
  changed: (before: Staff) => Partial<Pick<Staff, 'timeOff' | 'exceptions'>>,
): Promise<Staff> {
  const { revision } = parsed(Seen, seen);
  return act(clinic, action, { id, given, revision }, async (inside) => {
    const before = await get(inside, id);
    await assertFresh(inside, 'staff member', staffCollection, before, revision);
    return change(inside, action, before, changed(before));
  });
}
