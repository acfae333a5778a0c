// One-time links: how somebody who was invited, or has forgotten his password, chooses one. The API hands out the
// token; the page under which it is opened is the portal's.
import {
  actingAs,
  CirceError,
  Seen,
  tenants,
  users,
  type Database,
  type TenantScope,
} from '@paper-circe/core';
import { z } from 'zod';
import { userActor } from './actors.ts';
import { assertOwn, hashPassword, NewPassword } from './passwords.ts';
import { hashOf, newSecret } from './secrets.ts';

/** How many days a link is good. */
const lifeDays = { invitation: 7, reset: 1 };

/** A link as its maker gets it. */
export interface Link {
  /** Left out where the same request was answered before: a token is shown once. */
  readonly token?: string;
  readonly expiresAt: Date;
}

export const Invitation = users.Invitation.omit({ tokenHash: true, expiresAt: true });
export type Invitation = z.output<typeof Invitation>;

/**
 * Adds somebody who chooses the password himself, by the link.
 * @throws CONFLICT_DUPLICATE when the address is in use at this clinic
 * @throws QUOTA_EXCEEDED when the clinic has as many users as `maxUsers`
 * @throws FORBIDDEN when the role is not one of a clinic
 */
export async function invite(clinic: TenantScope, input: Invitation) {
  const { token, kept } = newLink(clinic, lifeDays.invitation);
  const { user, link } = await users.invite(clinic, { ...input, ...kept });
  return { user, link: shownOnce(token, link) };
}

/** Somebody who shall run the installation. */
export const PlatformInvitation = Invitation.omit({ role: true, patientId: true });
export type PlatformInvitation = z.output<typeof PlatformInvitation>;

/**
 * Adds somebody who runs the installation, and chooses the password himself, by the link.
 * @throws CONFLICT_DUPLICATE when the address is one of an administrator already
 * @throws QUOTA_EXCEEDED when the platform has as many administrators as it may
 */
export function inviteToPlatform(platform: TenantScope, input: PlatformInvitation) {
  return invite(platform, { ...input, role: 'platform_admin' });
}

const { clinic, administrator } = tenants.NewClinic.shape;

/** A clinic, and who is invited to run it. */
export const NewClinic = z.strictObject({
  clinic,
  administrator: administrator.omit({ tokenHash: true, expiresAt: true }),
});
export type NewClinic = z.output<typeof NewClinic>;

/**
 * Creates a clinic and invites who runs it, both or neither.
 * @throws CONFLICT_DUPLICATE when the slug or the domain is taken
 * @throws VALIDATION when the country has no phone numbers, among others
 */
export async function provision(
  database: Database,
  platform: TenantScope,
  { clinic, administrator }: NewClinic,
) {
  const { token, kept } = newLink(platform, lifeDays.invitation);
  const given = { clinic, administrator: { ...administrator, ...kept } };
  const { tenant, user, link } = await tenants.provision(database, platform, given);
  return { tenant, user, link: shownOnce(token, link) };
}

/**
 * Makes another link for who was invited to run a clinic; the one before it is not good any more.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when somebody runs the clinic already, or nobody was invited
 */
export async function inviteAgain(platform: TenantScope, id: tenants.TenantId): Promise<Link> {
  const { token, kept } = newLink(platform, lifeDays.invitation);
  return shownOnce(token, await tenants.inviteAgain(platform, id, kept));
}

/**
 * Lets a user choose another password. The old one and his sessions are good until he has.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when he is inactive
 * @throws STALE when somebody changed the user since the revision that was seen
 */
export async function allowReset(clinic: TenantScope, id: users.UserId, { revision }: Seen): Promise<Link> {
  const { token, kept } = newLink(clinic, lifeDays.reset);
  return shownOnce(token, await users.allowReset(clinic, id, { ...kept, revision }));
}

function newLink(clinic: TenantScope, days: number) {
  const token = newSecret();
  const expiresAt = new Date(clinic.clock().getTime() + days * 86_400_000);
  return { token, kept: { tokenHash: hashOf(token), expiresAt } };
}

function shownOnce(token: string, { tokenHash, expiresAt }: users.PasswordLink): Link {
  return tokenHash === hashOf(token) ? { token, expiresAt } : { expiresAt };
}

/** Whatever is no token is the token of nothing: it answers like one that was used. */
export const LinkToken = z.strictObject({ token: z.string().min(1).max(200) });

/**
 * Whose link it is.
 * @throws NOT_FOUND for every token that is not good here, whatever the reason
 */
export async function userOfLink(clinic: TenantScope, token: string): Promise<users.User> {
  const user = await users.findByLink(clinic, hashOf(token));
  if (!user) throw new CirceError('NOT_FOUND', 'This link does not exist.', { what: 'link' });
  return user;
}

export const ChosenPassword = LinkToken.extend({ password: NewPassword });
export type ChosenPassword = z.output<typeof ChosenPassword>;

/**
 * Gives the user of a link the password that he chose. The link is used up, and he is signed out everywhere.
 * @throws NOT_FOUND for every token that is not good here, whatever the reason
 * @throws VALIDATION when the password can be guessed
 * @throws RATE_LIMITED when too many passwords are being hashed
 */
export async function choosePassword(
  clinic: TenantScope,
  { token, password }: ChosenPassword,
): Promise<users.User> {
  const user = await userOfLink(clinic, token);
  assertOwn(password, clinic, user);
  const chosen = { tokenHash: hashOf(token), passwordHash: await hashPassword(password) };
  return users.choosePassword(actingAs(clinic, userActor(user)), chosen);
}
