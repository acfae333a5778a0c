import { createHash } from 'node:crypto';
import { CirceError, isCirceError, type Database, type TenantScope } from '@paper-circe/core';
import { CallBudget } from './api-tokens/index.ts';
import { network, SlidingWindow } from './throttle.ts';

/** How many calls of the public page an address can make in a minute: a street behind one address books too. */
const looksAMinute = 300;

const hour = 60 * 60_000;
/**
 * How many bookings of an hour can come from one address, and how many for one phone number; and how often what was
 * booked can be moved or cancelled from one address.
 */
const limits = { address: 10, phone: 5, changes: 30 };

/** Counts what strangers do on the public pages, for each address and each phone number, within this process. */
export class Visitors {
  readonly #looks = new CallBudget(looksAMinute, 'This page is asked too often. Please wait a little.');
  readonly #addresses = new SlidingWindow(limits.address, hour);
  readonly #phones = new SlidingWindow(limits.phone, hour);
  readonly #changes = new SlidingWindow(limits.changes, hour);

  /** @throws RATE_LIMITED when the address has looked as often as it may in this minute */
  look(address: string, now: number): void {
    this.#looks.spend(network(address), now);
  }

  /**
   * Counts a change by a link, whether the link is good or not.
   * @throws RATE_LIMITED when too many were tried from the address
   */
  change(clinic: TenantScope, from: string): void {
    const now = clinic.clock().getTime();
    const address = `${clinic.tenantId} ${network(from)}`;
    const wait = this.#changes.wait(address, now);
    if (wait > 0) throw tooOften('Too much was changed from here. Please wait, or ask the clinic.', wait);
    this.#changes.add(address, now);
  }

  /**
   * Counts a booking before it is made, so that many at once do not slip through; one that comes to nothing since the
   * time was taken, or something was typed wrongly, is not counted.
   * @throws RATE_LIMITED when too many were made from the address or for the phone number
   */
  async booking<Result>(
    clinic: TenantScope,
    from: { readonly address: string; readonly phone: string },
    book: () => Promise<Result>,
  ): Promise<Result> {
    const now = clinic.clock().getTime();
    const address = `${clinic.tenantId} ${network(from.address)}`;
    const phone = createHash('sha256')
      .update(`${clinic.tenantId} ${digits(from.phone)}`)
      .digest('base64');
    const wait = Math.max(this.#addresses.wait(address, now), this.#phones.wait(phone, now));
    if (wait > 0)
      throw tooOften('Too many bookings were made from here. Please wait, or ask the clinic.', wait);
    this.#addresses.add(address, now);
    this.#phones.add(phone, now);
    try {
      return await book();
    } catch (error) {
      const isHonest = isCirceError(error, 'CONFLICT_SLOT') || isCirceError(error, 'VALIDATION');
      if (isHonest) this.#addresses.takeBack(address, now);
      if (isHonest) this.#phones.takeBack(phone, now);
      throw error;
    }
  }
}

/** @param wait in milliseconds */
function tooOften(message: string, wait: number): CirceError<'RATE_LIMITED'> {
  return new CirceError('RATE_LIMITED', message, { retryAfterSeconds: Math.ceil(wait / 1000) });
}

/** The last digits tell a number in every spelling, with and without its country. */
function digits(phone: string): string {
  return phone.replace(/\D/g, '').slice(-8);
}

const visitors = new WeakMap<Database, Visitors>();

/** The visitors of an open database. */
export function visitorsOf(database: Database): Visitors {
  let known = visitors.get(database);
  if (!known) visitors.set(database, (known = new Visitors()));
  return known;
}
