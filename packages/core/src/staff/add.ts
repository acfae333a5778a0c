import { act } from '../act.ts';
import { recordChange } from '../audit.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { staffCollection } from './collection.ts';
import { NewStaff, type Staff } from './schema.ts';
import { parsed } from '../parsed.ts';

/** Adds somebody who performs treatments. */
export async function add(clinic: TenantScope, input: NewStaff): Promise<Staff> {
  const { avatar, ...given } = parsed(NewStaff, input);
  return act(clinic, 'staff.add', { avatar, ...given }, async (inside) => {
    const staff = await within(inside, staffCollection).insert({
      ...given,
      ...(avatar && { avatar }),
      isActive: true,
    });
    await recordChange(inside, 'staff.add', staffCollection, undefined, staff);
    return staff;
  });
}
