import { hash, verify } from '@node-rs/argon2';
import { CirceError, type tenants, type TenantScope, type users } from '@paper-circe/core';
import { z } from 'zod';
import { invalid } from './errors.ts';
import { isGuessable } from './guessable.ts';
import { Lane } from './lane.ts';

/** The one password of all demo users. It is worth something on a demo database only. */
export const demoPassword = 'melati-kamboja-7';

export const guessable = 'This password is easily guessed. Use some words that do not belong together.';

/** A password as somebody chooses it: 10 to 200 characters, whatever they are, but none of the common ones. */
export const NewPassword = z
  .string()
  .min(10, 'Use at least 10 characters.')
  .max(200, 'Use at most 200 characters.')
  .refine((password) => !isGuessable(password), guessable);

/** Whether a password is something else than what everybody knows of its user and of the clinic. */
export function isOwn(
  password: string,
  tenant: Pick<tenants.Tenant, 'name' | 'slug'>,
  { name, email }: Pick<users.User, 'name' | 'email'>,
): boolean {
  return !isGuessable(password, [name, email, tenant.name, tenant.slug]);
}

/** @throws VALIDATION when a password is what everybody knows of its user and of the clinic */
export function assertOwn(
  password: string,
  { tenant }: TenantScope,
  user: Pick<users.User, 'name' | 'email'>,
): void {
  if (!isOwn(password, tenant, user)) throw invalid('password', guessable);
}

/** argon2id with the least that OWASP's password storage cheat sheet asks for: 19 MiB, 2 passes, 1 lane. */
const cost = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Two hashes at a time leave the thread pool to the desk; a flood of logins waits in line or is sent away. */
const lane = new Lane({ atOnce: 2, waiting: 64 }, () => {
  const message = 'Too many people are signing in. Please try again in a moment.';
  return new CirceError('RATE_LIMITED', message, { retryAfterSeconds: 2 });
});

/** How many passwords are being hashed, and how many wait for that. */
export function passwordLine(): { readonly running: number; readonly waiting: number } {
  return lane.length;
}

/** The same characters typed on another keyboard are the same password. */
const typed = (password: string) => password.normalize('NFKC');

/**
 * The hash to store of a password.
 * @throws RATE_LIMITED when too many are being hashed
 */
export function hashPassword(password: string): Promise<string> {
  return lane.run(() => hash(typed(password), cost));
}

let nobodys: Promise<string> | undefined;

/**
 * Whether a password fits a stored hash. Without one, or with one of another kind that an adopted database brought
 * along, it takes the same time and answers no, so that nobody can measure which accounts exist.
 * @throws RATE_LIMITED when too many are being hashed
 */
export async function fitsPassword(stored: string | undefined, password: string): Promise<boolean> {
  const stand = await (nobodys ??= hash(crypto.randomUUID(), cost));
  const ours = stored?.startsWith('$argon2') ? stored : undefined;
  const fits = await lane.run(() => verify(ours ?? stand, typed(password)));
  return fits && ours !== undefined;
}
