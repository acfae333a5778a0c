import { users, type TenantScope } from '@paper-circe/core';
import { z } from 'zod';
import type { Context } from './context.ts';
import { invalid, unauthenticated } from './errors.ts';
import { assertOwn, demoPassword, fitsPassword, hashPassword, NewPassword } from './passwords.ts';
import { cookieName, cookieNames, cookieOptions, endSession, startSession } from './sessions/index.ts';
import { beginSignIn } from './throttle.ts';

export const Credentials = z.strictObject({
  email: z.string().trim().min(1).max(254),
  password: z.string().min(1).max(1000),
});
export type Credentials = z.output<typeof Credentials>;

/**
 * Signs somebody in at the clinic of the address and sets the cookie. An unknown address, a wrong password and a
 * deactivated account answer the same and take the same time.
 * @throws UNAUTHENTICATED
 * @throws RATE_LIMITED after too many failures for this account or from this address
 */
export async function login(ctx: Context, { email, password }: Credentials): Promise<users.User> {
  const { clinic } = ctx;
  const succeeded = await beginSignIn(ctx, email);
  const found = await users.findWithPassword(clinic, email);
  // The demo password is public: it opens nothing where a demo database was moved to a real one.
  const allowed = ctx.demo || password.normalize('NFKC') !== demoPassword;
  const account = found?.isActive && allowed ? found : undefined;
  if (!(await fitsPassword(account?.password, password)) || !account) {
    throw unauthenticated('The email or the password is wrong.');
  }
  await succeeded();
  if (ctx.token) await endSession(clinic, ctx.token);
  await signIn(ctx, account.id);
  const { password: _, ...user } = account;
  return user;
}

async function signIn({ clinic, cookies, secure, address, agent }: Context, id: users.UserId): Promise<void> {
  const { token } = await startSession(clinic, id, { address, agent });
  cookies.set(cookieName(clinic.tenant.slug, secure), token, cookieOptions(secure));
}

export const PasswordChange = z.strictObject({
  currentPassword: Credentials.shape.password,
  password: NewPassword,
});
export type PasswordChange = z.output<typeof PasswordChange>;

/**
 * Gives whoever is signed in the password that he chose. All his sessions end; this browser gets a new one.
 * @throws VALIDATION when the current password is wrong, or the new one can be guessed
 * @throws RATE_LIMITED after too many failures for this account or from this address
 * @throws STALE when somebody else changed the user meanwhile
 */
export async function changePassword(
  ctx: Context & { readonly signedIn: users.User; readonly unasked: TenantScope },
  { currentPassword, password }: PasswordChange,
): Promise<users.User> {
  const { clinic, signedIn } = ctx;
  const always = { ...ctx, clinic: ctx.unasked };
  const { email, id } = signedIn;
  assertOwn(password, clinic, signedIn);
  // A guess is counted also where the change is only tried, or its key was used for the guess before.
  const succeeded = await beginSignIn(always, email);
  const account = await users.findWithPassword(clinic, email);
  if (!(await fitsPassword(account?.password, currentPassword))) {
    throw invalid('currentPassword', 'This is not your current password.');
  }
  await succeeded();
  const passwordHash = await hashPassword(password);
  const user = await users.setPassword(clinic, id, { passwordHash, revision: account?.revision });
  if (!ctx.asked.dryRun) await signIn(always, id);
  return user;
}

/** Ends the session that came along, if there is one, and takes the cookie away. */
export async function logout({ clinic, token, cookies, secure }: Context): Promise<void> {
  if (token) await endSession(clinic, token);
  for (const name of cookieNames(clinic.tenant, secure)) cookies.delete(name, cookieOptions(secure));
}

export const NewAccount = users.NewUser.omit({ passwordHash: true }).extend({ password: NewPassword });
export type NewAccount = z.output<typeof NewAccount>;

/**
 * Adds somebody who can sign in with a password.
 * @throws CONFLICT_DUPLICATE when the address is in use at this clinic
 * @throws QUOTA_EXCEEDED when the clinic has as many users as `maxUsers`
 * @throws FORBIDDEN when the role is not one of a clinic
 * @throws VALIDATION when the password can be guessed
 */
export async function addUser(
  clinic: TenantScope,
  { password, ...account }: NewAccount,
): Promise<users.User> {
  assertOwn(password, clinic, account);
  return users.add(clinic, { ...account, passwordHash: await hashPassword(password) });
}

/**
 * Gives a user another password and signs him out everywhere.
 * @throws NOT_FOUND
 * @throws STALE when somebody changed the user since the revision that was seen
 * @throws VALIDATION when the password can be guessed
 */
export async function setPassword(
  clinic: TenantScope,
  id: users.UserId,
  { password, revision }: { readonly password: string; readonly revision?: number | undefined },
): Promise<users.User> {
  assertOwn(password, clinic, await users.get(clinic, id));
  return users.setPassword(clinic, id, { passwordHash: await hashPassword(password), revision });
}
