import { count } from '../counters.ts';
import { CirceError } from '../errors.ts';
import type { TenantScope } from '../tenancy.ts';

/** The counter of a clinic's active users, which everything that depends on how many there are writes. */
const counter = 'users';

/** Counts one more active user, and refuses it when the clinic has as many as it may. */
export async function countUser(inside: TenantScope): Promise<void> {
  const { maxUsers } = inside.tenant.config.features;
  if ((await count(inside, counter)) <= maxUsers) return;
  throw new CirceError('QUOTA_EXCEEDED', `This clinic can have ${maxUsers} users.`, {
    quota: 'maxUsers',
    limit: maxUsers,
  });
}

/** Counts one active user less. */
export async function uncountUser(inside: TenantScope): Promise<void> {
  await count(inside, counter, -1);
}

/** Makes this transaction and every other one that adds, takes away or demotes a user see each other. */
export async function besideOtherUsers(inside: TenantScope): Promise<void> {
  await count(inside, counter, 0);
}
