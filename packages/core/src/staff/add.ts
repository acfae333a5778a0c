import { changesBetween, record } from '../audit.ts';
import { transact, within, type TenantScope } from '../tenancy.ts';
import { staffCollection } from './collection.ts';
import { NewStaff, type Staff } from './schema.ts';
import { parsed } from '../parsed.ts';

/** Adds somebody who performs treatments. */
export async function add(clinic: TenantScope, input: NewStaff): Promise<Staff> {
  const { avatar, ...given } = parsed(NewStaff, input);
  return transact(clinic, async (inside) => {
    const staff = await within(inside, staffCollection).insert({
      ...given,
      ...(avatar && { avatar }),
      isActive: true,
    });
    await record(inside, 'staff.add', { collection: 'staff', id: staff.id }, changesBetween({}, staff));
    return staff;
  });
}
