import { beforeAll, expect, test } from 'vitest';
import * as core from './index.ts';
import { countLeftOpen, countPending } from './bookings/index.ts';
import { examined, finders, grow, type GrownClinic } from './testing/growth.ts';
import type { Paged } from './page.ts';
import { testDatabase } from './testing/index.ts';

const held = testDatabase();

/** What the client's documentation names. */
const documented = [
  'tenants.findActive', 'tenants.findBySlug', 'users.findByTenant', 'users.findByEmailAndTenant',
  'patients.findByTenant', 'patients.findByTenantAndPhone', 'staff.findByTenant', 'staff.findByTenantAndRole',
  'staff.findByTenantAndSkill', 'treatments.findByTenant', 'treatments.findByTenantAndCategory',
  'treatments.findByTenantAndStaff', 'bookings.findByTenant', 'bookings.findByTenantAndDate',
  'bookings.findWalkInsByTenant',
]; // prettier-ignore

/**
 * What has to look at more than it answers: at every booking, at the appointments between which people wait, at those
 * that the hours do cover, at every treatment of the price list, at everything that is counted.
 */
const others = [
  'bookings.findWrongHolds',
  'checks.findWrong',
  'checks.findWrongIndexes',
  'patients.findWrongVisits',
  'queue.findToday',
  'quotas.findWrongCounts',
  'staff.findUncovered',
  'treatments.findCategories',
];

test('every finder that callers have is measured here', () => {
  const exported = Object.entries(core).flatMap(([feature, functions]) =>
    typeof functions === 'object'
      ? Object.keys(functions)
          .filter((name) => name.startsWith('find'))
          .map((name) => `${feature}.${name}`)
      : [],
  );
  const measured = Object.keys(finders).map((name) => name.split(' ')[0]!);
  // A search of patients is none: it ranks whom it finds.
  const found = measured.filter((name) => name !== 'patients.search');
  expect(found).not.toEqual(measured);
  expect([...new Set([...found, ...others])].toSorted()).toEqual(exported.toSorted());
  expect(Object.keys(finders)).toEqual(expect.arrayContaining(documented));
});

let small: GrownClinic;
let large: GrownClinic;

beforeAll(async () => {
  small = await grow(held.database, 'small', 400);
  large = await grow(held.database, 'large', 2_000);
  for (let n = 0; n < 8; n++) await grow(held.database, `neighbour-${n}`, 100);
});

test.each(Object.keys(finders))(
  '%s looks at no more than it answers, however much lies beside it',
  async (name) => {
    const find = finders[name]!;
    for (const grown of [small, large]) {
      const { keys, returned } = await examined(held.database, () => find(grown));
      expect(returned).toBeGreaterThan(0);
      expect(keys).toBeGreaterThan(0);
      expect(keys / returned).toBeLessThanOrEqual(1.1);
    }
  },
);

const isPage = (found: unknown): found is Paged<unknown> =>
  typeof found === 'object' && found !== null && 'items' in found;

test('no page of any list looks at more than it answers, however far from the beginning', async () => {
  const lists = new Set<string>();
  for (const [name, find] of Object.entries(finders)) {
    let cursor: string | undefined;
    for (let page = 1; page <= 4; page++) {
      let found: unknown;
      const asked = { limit: page === 1 ? 20 : 30, ...(cursor !== undefined && { cursor }) };
      const { keys, returned } = await examined(
        held.database,
        async () => (found = await find(large, asked)),
      );
      if (!isPage(found)) break;
      lists.add(name);
      // A key shows that there is more, and one with what the archive begins, or what is at the same time. Further on
      // one is where the page before has ended. See docs/decisions/keys-examined.md.
      expect.soft(keys, `${name}, page ${page}`).toBeLessThanOrEqual(returned + (page === 1 ? 2 : 3));
      if ((cursor = found.next) === undefined) break;
    }
  }
  expect(lists.size).toBeGreaterThan(20);
});

test.each([
  ['waits to be confirmed', countPending],
  ['nobody closed', countLeftOpen],
])('what %s is counted as far as it is told, and no further', async (_, counted) => {
  for (const { database, clinic } of [small, large]) {
    const { keys } = await examined(database, () => counted(clinic));
    const { count, isMore } = await counted(clinic);
    expect(count).toBeGreaterThan(0);
    expect(keys).toBeLessThanOrEqual(count + (isMore ? 1 : 0));
  }
});

test.each(core.checks.Aspect.options)(
  'what is grown is sound as what acts leave, so that benches may carry it: %s',
  async (aspect) => {
    for (const { clinic } of [small, large])
      expect(await Array.fromAsync(core.checks.findWrong(clinic, aspect))).toEqual([]);
  },
);
