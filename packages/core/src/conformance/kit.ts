// What the checks stand on: clinics of their own, seen through the wrapper that is examined.
import type { Booking, BookingId } from '../bookings/schema.ts';
import * as bookings from '../bookings/index.ts';
import type { Database } from '../database.ts';
import { addDays, instantAt, localDate, minute } from '../time.ts';
import * as patients from '../patients/index.ts';
import * as staff from '../staff/index.ts';
import type { TenantScope } from '../tenancy.ts';
import * as tenants from '../tenants/index.ts';
import * as treatments from '../treatments/index.ts';
import { coreItself, type Wrapper } from './wrapper.ts';

/** One promise and how it is put to the test. */
export interface Check {
  /** `area/what`, such as `races/one-time`. */
  readonly name: string;
  readonly promise: string;
  /** @throws Broken when the promise is not kept */
  run(kit: Kit): Promise<void>;
}

/** A promise that was not kept; the message says what was seen instead. */
export class Broken extends Error {}

export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Broken(otherwise);
}

export type Outcome<Value> = { readonly value: Value } | { readonly code: string; readonly message: string };

/** How a call ended, either way. */
export async function outcome<Value>(call: () => Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { value: await call() };
  } catch (error) {
    const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
    return { code: String(code), message: String(message) };
  }
}

export interface Tally<Value> {
  readonly made: readonly Value[];
  /** How often each code was the answer. */
  readonly refused: Readonly<Record<string, number>>;
}

/** Calls all at once, and counts how they ended. */
export async function atOnce<Value>(calls: readonly (() => Promise<Value>)[]): Promise<Tally<Value>> {
  const made: Value[] = [];
  const refused: Record<string, number> = {};
  for (const one of await Promise.all(calls.map(outcome))) {
    if ('value' in one) made.push(one.value);
    else refused[one.code] = (refused[one.code] ?? 0) + 1;
  }
  return { made, refused };
}

export function times<Value>(count: number, make: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

const allWeek = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => `${day} 00:00-24:00`);
export const actor = { kind: 'system', name: 'conformance' } as const;

/** Where no day or month ends while a check runs. */
function quietZone(now: Date): string {
  const midnightInJakarta = new Date(now.getTime() + 10 * minute).getUTCHours() === 17;
  return midnightInJakarta ? 'America/New_York' : 'Asia/Jakarta';
}

/** A clinic that never closes, with two therapists, a treatment of 30 minutes, one with buffers, and a patient. */
export type Clinic = Awaited<ReturnType<Kit['newClinic']>>;

export class Kit {
  readonly #databases: readonly [Database, Database];
  readonly #wrapper: (clinic: TenantScope) => Partial<Wrapper>;
  readonly #made: TenantScope[] = [];

  /** @param databases two connections to one database, so that no lock inside of one connection hides a race */
  constructor(databases: readonly [Database, Database], wrapper: (clinic: TenantScope) => Partial<Wrapper>) {
    this.#databases = databases;
    this.#wrapper = wrapper;
  }

  get database(): Database {
    return this.#databases[0];
  }

  /** The clinics that were made, for whoever removes them. */
  get made(): readonly TenantScope[] {
    return this.#made;
  }

  async newClinic(config: tenants.NewTenantConfig = {}) {
    const { database } = this;
    const tenant = await tenants.create(database, tenants.openPlatform(database, actor), {
      name: 'Conformance',
      slug: `conformance-${crypto.randomUUID().slice(0, 18)}`,
      config: {
        openingHours: allWeek,
        timezone: quietZone(database.clock()),
        ...config,
        booking: { gridMin: 30, ...config.booking },
      },
    });
    const scope = await tenants.openTenant(database, tenant.id, actor);
    this.#made.push(scope);
    const second = await tenants.openTenant(this.#databases[1], tenant.id, actor);
    const person = (name: string) => staff.add(scope, { name, role: 'Therapist', workingHours: allWeek });
    const [sari, dewi] = [await person('Sari'), await person('Dewi')];
    const treatment = (name: string, bufferMin: number) =>
      treatments.add(scope, {
        name,
        category: 'Facial',
        durationMin: 30,
        price: 250_000,
        assignedStaff: [sari.id, dewi.id],
        bufferBeforeMin: bufferMin,
        bufferAfterMin: bufferMin,
      });
    const [facial, peeling] = [await treatment('Facial', 0), await treatment('Peeling', 10)];
    const ayu = await patients.register(scope, { name: 'Ayu Lestari', phone: '0812-3456-7890' });
    const zone = tenant.config.timezone;
    const wrapped = (one: TenantScope): Wrapper => ({ ...coreItself(one), ...this.#wrapper(one) });
    const wrapper = wrapped(scope);
    const desks = [wrapper, wrapped(second)] as const;
    const today = () => localDate(scope.clock(), zone);
    return {
      scope,
      wrapper,
      /** The wrapper again and again, over one connection and the other in turn. */
      desk: (index: number) => desks[index % 2 === 0 ? 0 : 1],
      sari,
      dewi,
      facial,
      peeling,
      ayu,
      today,
      /** A local day from today. */
      day: (days: number) => addDays(today(), days),
      at: (date: string, time: string) => instantAt(date, time, zone),
      /** A booking of the facial with Sari. */
      wish: (startAt: Date): bookings.NewBooking => ({
        patientId: ayu.id,
        treatmentId: facial.id,
        staffId: sari.id,
        startAt,
        source: 'online',
      }),
      /** What is stored of a local day, read past the wrapper. */
      stored: (date: string): Promise<Booking[]> => bookings.findByTenantAndDate(scope, date),
    };
  }
}

/** What a wrapper answered as an id, for core's functions. */
export const bookingId = (made: { readonly id: string }): BookingId => bookings.BookingId.parse(made.id);
