import { z } from 'zod';
import { act } from '../act.ts';
import { record } from '../audit.ts';
import type { Database } from '../connection.ts';
import { illegalState } from '../errors.ts';
import { parsed } from '../parsed.ts';
import { beside, type TenantScope } from '../tenancy.ts';
import { invite as inviteUser } from '../users/invite.ts';
import { allowReset, NewPasswordLink } from '../users/link.ts';
import type { PasswordLink } from '../users/link-collection.ts';
import { NewUser, type User } from '../users/schema.ts';
import { create } from './create.ts';
import { awaitedAt, stored } from './get.ts';
import { asPlatform } from './platform.ts';
import { NewTenant, type Tenant, type TenantId } from './schema.ts';

const FirstAdministrator = NewUser.pick({ name: true, email: true }).extend(NewPasswordLink.shape);

/** A clinic, and who is invited to run it, by a one-time link. */
export const NewClinic = z.strictObject({ clinic: NewTenant, administrator: FirstAdministrator });
export type NewClinic = z.input<typeof NewClinic>;

/** A clinic with the one who is to run it. */
export interface Provisioned {
  readonly tenant: Tenant;
  readonly user: User;
  readonly link: PasswordLink;
}

/**
 * Creates a clinic and invites the one who runs it, both or neither. Recorded in the platform's audit and in the clinic's.
 * @param platform the scope of `openPlatform`, for the administrator who does it
 * @throws CONFLICT_DUPLICATE when the slug or the domain is taken, or there is a link of this token
 * @throws VALIDATION as `tenants.create` does
 * @throws FORBIDDEN in a clinic's own scope
 * @throws QUOTA_EXCEEDED never: a new clinic has no users, and may have one
 * @throws NOT_FOUND never: no patient is named
 */
export async function provision(
  database: Database,
  platform: TenantScope,
  input: NewClinic,
): Promise<Provisioned> {
  const { clinic, administrator } = parsed(NewClinic, input);
  const { name, email } = administrator;
  // A token is another one each time, so its hash says nothing of what was asked.
  const given = { clinic, administrator: { name, email } };
  return act(asPlatform(platform), 'tenants.provision', given, async (inside) => {
    const tenant = await create(database, inside, clinic);
    const invited = await inviteUser(beside(inside, tenant), { ...administrator, role: 'admin' });
    await recordInvitation(inside, tenant, email);
    return { tenant, ...invited };
  });
}

/**
 * Makes another one-time link for the administrator who was invited first, as long as nobody has come to run the
 * clinic; the link before it is not good any more. From then on the clinic invites its people itself.
 * @param platform the scope of `openPlatform`, for the administrator who does it
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when somebody runs the clinic already, or nobody was invited
 * @throws CONFLICT_DUPLICATE when there is a link of this token
 * @throws FORBIDDEN in a clinic's own scope
 * @throws STALE never: no revision is asked about
 */
export async function inviteAgain(
  platform: TenantScope,
  id: TenantId,
  input: NewPasswordLink,
): Promise<PasswordLink> {
  const link = parsed(NewPasswordLink, input);
  return act(asPlatform(platform), 'tenants.inviteAgain', { id }, async (inside) => {
    const tenant = await stored(inside, id);
    const clinic = beside(inside, tenant);
    const awaited = await awaitedAt(clinic);
    if (!awaited) throw illegalState('clinic', 'run by somebody', 'given its first administrator');
    const made = await allowReset(clinic, awaited.user.id, link);
    await recordInvitation(inside, tenant, awaited.awaits.email);
    return made;
  });
}

/** Whom the platform let into a clinic stands in its own audit too; it says nothing of the clinic's document. */
function recordInvitation(inside: TenantScope, { id }: Tenant, email: string): Promise<void> {
  return record(inside, 'tenants.invite', { collection: 'tenants', id }, { administrator: { to: email } });
}
