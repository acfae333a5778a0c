// Two clinics that look alike: whatever the other one does, everything that a clinic reads stays what it would read
// with the other one empty. The same acts of the first clinic run in two databases; in one the second clinic is empty
// and does nothing, in the other it acts at the same time. Ids are compared by the order in which they were first seen.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { acrossTenants } from './firewall.ts';
import * as core from './index.ts';
import type { OfClinic } from './testing/exports.ts';
import { acts, all, chances, kinds, reads, writes, type IdOf, type Kind } from './testing/acts.ts';
import { morning, testDatabase } from './testing/index.ts';

const { tenants } = core;

/** Each run costs about a thousand commands. */
const runs = Number(process.env['CIRCE_ISOLATION_RUNS'] ?? 4);

type Ids = { readonly [Name in Kind]: Set<string> };
const noIds = (): Ids => ({ patients: new Set(), staff: new Set(), treatments: new Set(), bookings: new Set(), users: new Set(), apiTokens: new Set() }); // prettier-ignore

/** A clinic in one database: the ids it has, and what its reader has seen in the order of first sight. */
class Clinic {
  readonly scope: core.TenantScope;
  readonly ids = noIds();
  readonly #seen = new Map<string, string>();

  constructor(scope: core.TenantScope) {
    this.scope = scope;
  }

  /** Acts, and says what came of it so that it can be compared. */
  async act(name: OfClinic, seed: number, foreign: ReadonlyMap<Kind, string>): Promise<unknown> {
    const pick = chances(seed);
    const id = <Name extends Kind>(kind: Name) => {
      const own = [...this.ids[kind]];
      // Mostly the newest one, so that what is booked is also confirmed, paid and completed.
      const from = pick([own.slice(-1), own.slice(-1), own.slice(-1), own, []]);
      return kinds[kind].parse(pick(from.length > 0 ? from : [foreign.get(kind)])) as IdOf<Name>;
    };
    try {
      const answer = await acts[name]({ clinic: this.scope, pick, id });
      this.#keep(name, answer);
      return this.#comparable(answer);
    } catch (error) {
      if (!core.isCirceError(error)) throw error;
      return this.#comparable({ code: error.code, message: error.message, details: error.details });
    }
  }

  #keep(name: string, answer: unknown): void {
    const kind = name.replace('queue', 'bookings').replace(/\..*|^once|^actingAs/, '') || 'patients';
    const made = answer as { id?: string } | undefined;
    if (kind in this.ids && typeof made?.id === 'string') this.ids[kind as Kind].add(made.id);
  }

  #comparable(value: unknown, key = ''): unknown {
    if (key === 'hash' || key === 'next') return value === undefined ? undefined : key;
    if (typeof value === 'string') return this.#idAsSeen(value);
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    if (Array.isArray(value)) return value.map((item) => this.#comparable(item));
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, this.#comparable(inner, name)]),
    );
  }

  #idAsSeen(text: string): string {
    // Who was erased is called by the end of an id, and has one in the place of a phone and an email.
    return text.replace(/^Anonim [0-9a-f]{6}$/, 'Anonim').replace(/\b[0-9a-f]{24}\b/g, (id) => {
      const number = this.#seen.get(id) ?? `id ${this.#seen.size}`;
      this.#seen.set(id, number);
      return number;
    });
  }
}

interface Step {
  readonly act: OfClinic;
  readonly seed: number;
  readonly other: OfClinic;
  readonly otherSeed: number;
  readonly minutes: number;
}

const step = (act: fc.Arbitrary<OfClinic>): fc.Arbitrary<Step> =>
  fc.record({
    act,
    seed: fc.nat(),
    other: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...writes) }, fc.constantFrom(...reads)),
    otherSeed: fc.nat(),
    minutes: fc.constantFrom(0, 0, 5, 45),
  });

/** What a visit goes through, each of it now and then left out. */
const visit = fc.tuple(
  ...(
    [
      'bookings.book',
      'bookings.bookVisit',
      'queue.join',
      'bookings.confirm',
      'queue.callIn',
      'bookings.pay',
      'bookings.complete',
      'bookings.undo',
    ] as const
  ) // prettier-ignore
    .map((act) => fc.option(step(fc.constant(act)), { nil: undefined, freq: 3 })),
);
const steps = fc
  .array(fc.oneof(step(fc.constantFrom(...writes)), step(fc.constantFrom(...all)), visit), {
    minLength: 15,
    maxLength: 30,
  })
  .map((parts) => parts.flat().filter((part) => part !== undefined));

const system = { kind: 'system', name: 'test' } as const;

async function opened(database: core.Database, slug: string): Promise<Clinic> {
  const platform = tenants.openPlatform(database, system);
  const config = { features: { maxUsers: 3, maxBookings: 20 } };
  const { id } = await tenants.create(database, platform, { name: 'Klinik Melati', slug, config });
  return new Clinic(await tenants.openTenant(database, id, system));
}

const first: readonly OfClinic[] = ['staff.add', 'treatments.add', 'patients.register', 'bookings.book', 'users.add', 'sessions.open', 'apiTokens.create']; // prettier-ignore

/** Ids of every kind that nothing has; what asks for one set never meets what was said with another one. */
const noneOf = (digit: string) =>
  new Map((Object.keys(kinds) as Kind[]).map((kind, n) => [kind, `${digit}${n}`.repeat(12)]));

/** Something of every kind; treatments are given to somebody who is there. */
async function furnish(clinic: Clinic): Promise<void> {
  for (const name of first) for (const seed of [1, 2, 3]) await clinic.act(name, seed, noneOf('f'));
}

/** Every answer that the first clinic gets, in a database where the second one acts or does not. */
async function story(held: ReturnType<typeof testDatabase>, steps: readonly Step[], full: boolean) {
  const { database } = held;
  held.clock.now = morning;
  await acrossTenants('this test', async () => {
    const found = await database.db.listCollections().toArray();
    for (const { name } of found) await database.db.collection(name).deleteMany({});
  });
  const mine = await opened(database, 'melati');
  const other = await opened(database, 'melati-2');
  let commits = 0;
  const off = core.onCommit(mine.scope, () => commits++);
  await furnish(mine);
  if (full) await furnish(other);
  const foreign = foreignTo(other);
  const told: unknown[] = [];
  for (const { act, seed, other: otherAct, otherSeed, minutes } of steps) {
    held.clock.now = new Date(held.clock.now.getTime() + minutes * 60_000);
    const [answer] = await Promise.all([
      mine.act(act, seed, foreign),
      full && other.act(otherAct, otherSeed, foreignTo(mine)),
    ]);
    told.push({ act, answer });
  }
  for (const act of reads)
    for (const seed of [1, 2]) told.push({ act, answer: await mine.act(act, seed, foreign) });
  off();
  return { told, commits };
}

/** What the other clinic has, one of each kind. */
function foreignTo(other: Clinic): ReadonlyMap<Kind, string> {
  return new Map([...noneOf('e')].map(([kind, stand]) => [kind, [...other.ids[kind]][0] ?? stand]));
}

const empty = testDatabase();
const full = testDatabase();

test(
  'everything that a clinic reads is the same whether another one is empty or full',
  async () => {
    const property = fc.asyncProperty(steps, async (steps) => {
      const [alone, beside] = await Promise.all([story(empty, steps, false), story(full, steps, true)]);
      expect(beside.told).toEqual(alone.told);
      expect(beside.commits).toBe(alone.commits);
    });
    await fc.assert(property, { numRuns: runs, endOnFailure: true });
  },
  60_000 + runs * 30_000,
);
