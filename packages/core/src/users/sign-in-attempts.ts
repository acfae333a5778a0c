import { createHash } from 'node:crypto';
import { actLightly } from '../act.ts';
import { defineCollection, type TenantDocument } from '../collections.ts';
import { duplicateIndex } from '../driver-errors.ts';
import { CirceError } from '../errors.ts';
import { parsed } from '../parsed.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { minute } from '../time.ts';
import { SearchText } from '../text.ts';

/** What was tried for one account since the first time, until that is a quarter of an hour ago. */
interface SignInAttempts extends TenantDocument {
  /** SHA-256 of what was typed as the address: there are attempts for accounts that do not exist. */
  readonly account: string;
  readonly count: number;
  readonly expiresAt: Date;
}

export const signInAttempts = defineCollection<SignInAttempts>('signInAttempts', [
  { key: { tenantId: 1, account: 1 }, name: 'signInAttempts_account', unique: true },
  { key: { expiresAt: 1 }, name: 'signInAttempts_expiry', expireAfterSeconds: 0 },
]);

const windowMs = 15 * minute;
const most = 10;
/** How often it begins again when other sign-ins for the account were counted between the look and the write. */
const retries = 20;

/**
 * Counts a sign-in for an account, whether it exists or not, before its password is looked at: so that many at once do
 * not slip through, in one process or in several. It costs a look and one small write, and a refused one only the look.
 * @returns how many are counted with it; whoever succeeds calls `forgetSignIns` where it is more than this one
 * @throws RATE_LIMITED when ten were counted within a quarter of an hour
 * @throws UNAVAILABLE when so many come at once that they cannot be counted
 */
export async function countSignIn(clinic: TenantScope, email: string): Promise<number> {
  const account = accountOf(email);
  return actLightly(clinic, 'users.countSignIn', { account }, (inside) => counted(inside, account));
}

async function counted(clinic: TenantScope, account: string): Promise<number> {
  const attempts = within(clinic, signInAttempts);
  for (let attempt = 0; attempt < retries; attempt++) {
    const now = clinic.clock();
    const fresh = { count: 1, expiresAt: new Date(now.getTime() + windowMs) };
    const seen = await attempts.findOne({ account });
    if (!seen) {
      if (await inserted(() => attempts.insert({ account, ...fresh }))) return 1;
    } else if (seen.expiresAt <= now) {
      const anew = { account, revision: seen.revision };
      if (await attempts.update(anew, { $set: fresh })) return 1;
    } else {
      if (seen.count >= most) throw tooMany(seen.expiresAt, now);
      const open = { account, expiresAt: seen.expiresAt, count: { $lt: most } };
      const after = await attempts.update(open, { $inc: { count: 1 } });
      if (after) return after.count;
    }
  }
  throw new CirceError('UNAVAILABLE', 'Too many sign in at once. Please try again in a moment.', {});
}

/** Counts nothing any more against an account: somebody knew its password. */
export async function forgetSignIns(clinic: TenantScope, email: string): Promise<void> {
  const account = accountOf(email);
  await actLightly(clinic, 'users.forgetSignIns', { account }, async (inside) => {
    await within(inside, signInAttempts).delete({ account });
  });
}

function accountOf(email: string): string {
  return createHash('sha256').update(parsed(SearchText, email).toLowerCase()).digest('base64url');
}

async function inserted(insert: () => Promise<unknown>): Promise<boolean> {
  try {
    await insert();
    return true;
  } catch (error) {
    if (duplicateIndex(error) === 'signInAttempts_account') return false;
    throw error;
  }
}

function tooMany(until: Date, now: Date): CirceError<'RATE_LIMITED'> {
  const message = 'Too many attempts to sign in. Please wait a little.';
  const retryAfterSeconds = Math.ceil((until.getTime() - now.getTime()) / 1000);
  return new CirceError('RATE_LIMITED', message, { retryAfterSeconds });
}
