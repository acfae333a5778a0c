import { ObjectId } from 'mongodb';
import { notFound } from '../errors.ts';
import { beside, tenantsCollection, within, type TenantScope } from '../tenancy.ts';
import { IdText } from '../text.ts';
import { usersCollection } from '../users/collection.ts';
import { noPassword, type StoredUser } from '../users/schema.ts';
import { passwordLinks } from '../users/link-collection.ts';
import { asPlatform } from './platform.ts';
import { tenantOf } from './read.ts';
import type { Tenant, TenantId } from './schema.ts';
import { withUsage, type TenantInUse } from './usage.ts';

/** Who was invited to run a clinic, while nobody has come. */
export interface AwaitedAdministrator {
  readonly name: string;
  readonly email: string;
  /** Until when the link is good, or was; left out where there is none. */
  readonly expiresAt?: Date;
}

/**
 * One clinic, active or not, with how much of its limits it uses, and who is still to come and run it.
 * @param platform the scope of `openPlatform`
 * @throws NOT_FOUND
 * @throws FORBIDDEN in a clinic's own scope
 * @throws UNAVAILABLE when its settings are broken
 */
export async function get(
  platform: TenantScope,
  id: TenantId,
): Promise<TenantInUse & { readonly awaits?: AwaitedAdministrator }> {
  const tenant = await stored(asPlatform(platform), id);
  const [[inUse], awaited] = await Promise.all([
    withUsage(platform, [tenant]),
    awaitedAt(beside(platform, tenant)),
  ]);
  return { ...inUse!, ...(awaited && { awaits: awaited.awaits }) };
}

/** @throws NOT_FOUND */
export async function stored(inside: TenantScope, id: string): Promise<Tenant> {
  const { raw, options } = tenantsCollection(inside);
  const found = await raw.findOne(
    { _id: new ObjectId(IdText.safeParse(id).data ?? '0'.repeat(24)) },
    options,
  );
  if (!found) throw notFound('clinic');
  return tenantOf(found);
}

/** The administrator who was invited first, as long as nobody who runs the clinic has ever chosen a password. */
export async function awaitedAt(
  clinic: TenantScope,
): Promise<{ readonly user: StoredUser; readonly awaits: AwaitedAdministrator } | undefined> {
  const administrators = within(clinic, usersCollection);
  const came = await administrators.findOne({ role: 'admin', password: { $ne: noPassword } });
  const user = came ?? (await administrators.findOne({ role: 'admin', isActive: true }, { sort: { id: 1 } }));
  if (!user || came) return undefined;
  const link = await within(clinic, passwordLinks).findOne({ userId: user.id });
  const { name, email } = user;
  return { user, awaits: { name, email, ...(link && { expiresAt: link.expiresAt }) } };
}
