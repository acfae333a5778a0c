import { sessions, type Database, type TenantScope } from '@paper-circe/core';
import { hashOf } from '../secrets.ts';
import { endOf } from './adapter.ts';

/** The most tokens that one look is for. */
const most = 500;

/** A look at the sessions of a clinic that has not begun yet, and so can be for more tokens. */
interface Look {
  readonly hashes: Set<string>;
  readonly good: Promise<ReadonlySet<string>>;
}

const ahead = new WeakMap<Database, Map<string, Look>>();

/**
 * Whether a token still has a session, without renewing it: a screen that only listens is not used by anybody. An event
 * wakes every screen of a clinic, and all that ask in the same turn are answered by one look.
 */
export async function isSignedIn(database: Database, clinic: TenantScope, token: string): Promise<boolean> {
  const hash = hashOf(token);
  const look = lookOf(database, clinic);
  look.hashes.add(hash);
  return (await look.good).has(hash);
}

function lookOf(database: Database, clinic: TenantScope): Look {
  let looks = ahead.get(database);
  if (!looks) ahead.set(database, (looks = new Map()));
  const known = looks.get(clinic.tenantId);
  if (known && known.hashes.size < most) return known;
  const hashes = new Set<string>();
  const turn = new Promise((resolve) => setImmediate(resolve));
  const good = turn.then(() => {
    if (looks.get(clinic.tenantId) === look) looks.delete(clinic.tenantId);
    return goodOf(clinic, hashes);
  });
  const look = { hashes, good };
  looks.set(clinic.tenantId, look);
  return look;
}

async function goodOf(clinic: TenantScope, hashes: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const found = await sessions.findByTokens(clinic, [...hashes]);
  const now = clinic.clock();
  return new Set(found.filter((session) => endOf(session) > now).map(({ tokenHash }) => tokenHash));
}
