import { isIPv6 } from 'node:net';
import { CirceError, users, type Database } from '@paper-circe/core';
import type { Context } from './context.ts';

const windowMs = 15 * 60_000;
const mostFromAddress = 60;

/** Remembers when things happened, for a bounded number of keys: the one touched longest ago is forgotten. */
export class SlidingWindow {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #capacity: number;
  readonly #times = new Map<string, number[]>();

  constructor(limit: number, windowMs: number, capacity = 20_000) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#times.size;
  }

  /** Milliseconds until one more may happen; 0 when it may now. */
  wait(key: string, now: number): number {
    const times = this.#recent(key, now);
    const oldest = times[times.length - this.#limit];
    return oldest === undefined ? 0 : oldest + this.#windowMs - now;
  }

  add(key: string, now: number): void {
    const times = this.#recent(key, now);
    this.#times.delete(key);
    this.#times.set(key, [...times, now]);
    const longestAgo = this.#times.keys().next();
    if (this.#times.size > this.#capacity && !longestAgo.done) this.#times.delete(longestAgo.value);
  }

  /** Takes one of the times back. */
  takeBack(key: string, time: number): void {
    const times = this.#times.get(key);
    const at = times?.indexOf(time) ?? -1;
    if (times && at >= 0) times.splice(at, 1);
    if (times?.length === 0) this.#times.delete(key);
  }

  #recent(key: string, now: number): number[] {
    return (this.#times.get(key) ?? []).filter((time) => time > now - this.#windowMs);
  }
}

/** Counts sign-ins from each address, call by call, within this process. */
export class AddressThrottle {
  readonly #addresses = new SlidingWindow(mostFromAddress, windowMs);

  /**
   * Counts a sign-in before its password is looked at, so that many at once do not slip through.
   * @returns what takes it back: only what fails counts, so a clinic behind one address is free
   * @throws RATE_LIMITED when the address has failed too often
   */
  begin(address: string, now: number): () => void {
    const place = network(address);
    const wait = this.#addresses.wait(place, now);
    if (wait > 0) {
      const message = 'Too many attempts to sign in. Please wait a little.';
      throw new CirceError('RATE_LIMITED', message, { retryAfterSeconds: Math.ceil(wait / 1000) });
    }
    this.#addresses.add(place, now);
    return () => this.#addresses.takeBack(place, now);
  }
}

/**
 * Counts a sign-in before its password is looked at: for the account in the database, where every process sees it, and
 * for the address here (see docs/decisions/limits.md).
 * @returns what to call when the sign-in succeeds: it is then not counted, and the account starts anew
 * @throws RATE_LIMITED when the account or the address has failed too often
 */
export async function beginSignIn(
  { clinic, database, address, asked }: Pick<Context, 'clinic' | 'database' | 'address' | 'asked'>,
  email: string,
): Promise<() => Promise<void>> {
  const takeBack = throttleOf(database).begin(address, clinic.clock().getTime());
  const counted = await users.countSignIn(clinic, email).catch((error: unknown) => {
    takeBack();
    throw error;
  });
  return async () => {
    takeBack();
    // One alone may stay until it runs out: the next one that succeeds takes it along. What was only tried leaves none.
    if (counted > 1 || asked.dryRun) await users.forgetSignIns(clinic, email);
  };
}

/** An IPv4 address, or the /64 of an IPv6 address: one customer of a provider has all of that. */
export function network(address: string): string {
  const plain = address
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain.slice(0, 64);
  const [head = '', tail = ''] = plain.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return groups.slice(0, 4).map((group) => parseInt(group, 16).toString(16)).join(':'); // prettier-ignore
}

const throttles = new WeakMap<Database, AddressThrottle>();

function throttleOf(database: Database): AddressThrottle {
  let throttle = throttles.get(database);
  if (!throttle) throttles.set(database, (throttle = new AddressThrottle()));
  return throttle;
}
