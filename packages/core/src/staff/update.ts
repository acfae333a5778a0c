import { z } from 'zod';
import { act } from '../act.ts';
import { assertFresh } from '../fresh.ts';
import { assertKept } from '../images/kept.ts';
import { parsed } from '../parsed.ts';
import { Revision } from '../revision.ts';
import type { TenantScope } from '../tenancy.ts';
import { WebAddress } from '../text.ts';
import { change } from './change.ts';
import { staffCollection } from './collection.ts';
import { get } from './read.ts';
import {
  Exceptions,
  fields,
  Skills,
  TimesOff,
  UploadedAvatar,
  WorkingHours,
  type Staff,
  type StaffId,
} from './schema.ts';

/** What can be changed. A list takes the place of the whole one before; an empty avatar is taken away. */
export const StaffChanges = z.strictObject({
  name: fields.name.optional(),
  role: fields.role.optional(),
  skills: Skills.optional(),
  workingHours: WorkingHours.optional(),
  exceptions: Exceptions.optional(),
  timeOff: TimesOff.optional(),
  rating: fields.rating.optional(),
  avatar: z.union([z.literal(''), WebAddress, UploadedAvatar]).optional(),
  revision: Revision,
});
export type StaffChanges = z.input<typeof StaffChanges>;

/**
 * Changes a staff member: job, skills, weekly hours, dated exceptions, leave, rating. Bookings that the new hours do
 * not cover stay as they are; `findUncovered` lists them.
 * @throws NOT_FOUND
 * @throws VALIDATION also when the avatar is an uploaded one that is not kept any more
 * @throws STALE when somebody changed the record since the revision that was seen, with what changed
 */
export async function update(clinic: TenantScope, id: StaffId, changes: StaffChanges): Promise<Staff> {
  const given = parsed(StaffChanges, changes);
  return act(clinic, 'staff.update', { id, ...given }, async (inside) => {
    const before = await get(inside, id);
    await assertFresh(inside, 'staff member', staffCollection, before, given.revision);
    return updateInside(inside, 'staff.update', before, given);
  });
}

/** Changes a staff member, as he was read in a running transaction. */
export async function updateInside(
  inside: TenantScope,
  action: string,
  before: Staff,
  given: z.output<typeof StaffChanges>,
): Promise<Staff> {
  if (given.avatar && given.avatar !== before.avatar)
    await assertKept(inside, 'avatar', given.avatar, before.id);
  return change(inside, action, before, {
    name: given.name ?? before.name,
    role: given.role ?? before.role,
    skills: given.skills ?? before.skills,
    workingHours: given.workingHours ?? before.workingHours,
    exceptions: given.exceptions ?? before.exceptions,
    timeOff: given.timeOff ?? before.timeOff,
    rating: given.rating ?? before.rating,
    avatar: given.avatar === '' ? undefined : (given.avatar ?? before.avatar),
  });
}
