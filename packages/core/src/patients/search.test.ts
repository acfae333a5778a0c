import { expect, test } from 'vitest';
import { newClinic, newPractice, testDatabase } from '../testing/index.ts';
import { examined } from '../testing/growth.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { patientsCollection } from './collection.ts';
import * as patients from './index.ts';
import { searchKeysOf } from './search-keys.ts';
import { queryOf, readingLimit } from './search.ts';

const held = testDatabase();

let digits = 10_000_000;
const nextPhone = () => `+62899${++digits}`;

async function clinicWith(...names: string[]) {
  const clinic = await newClinic(held.database);
  for (const name of names) await patients.register(clinic, { name, phone: nextPhone() });
  return clinic;
}

const namesFor = async (clinic: TenantScope, text: string) =>
  (await patients.search(clinic, text)).items.map(({ name }) => name);

test.each([
  ['rené', 'René d’Ávila Putri'],
  ['AVILA', 'René d’Ávila Putri'],
  ['vil', 'René d’Ávila Putri'],
  ['putri rene', 'René d’Ávila Putri'],
  ['utri ene', 'René d’Ávila Putri'],
  ['rene d avila putri', 'René d’Ávila Putri'],
  ['put ren', 'René d’Ávila Putri'],
  ['lestari ay', 'Ayu Lestari'],
  ['yu', 'Ayu Lestari'],
  ['a', 'Ayu Lestari'],
  ['美', '美咲'],
  ['咲', ''],
  ['ayulestari', ''],
  ['ayu zzz', ''],
  ['', ''],
  ['   ', ''],
  ['^', ''],
  ['.*', ''],
  ['=ayu', 'Ayu Lestari'],
  ['(((', ''],
  ['$where', ''],
])('any part of a name finds it, whatever the case and the accents: %j', async (text, name) => {
  const clinic = await clinicWith('René d’Ávila Putri', 'Ayu Lestari', '美咲', 'Budi');
  const found = await namesFor(clinic, text);
  if (name) expect(found).toContain(name);
  else expect(found).toEqual([]);
});

test('the obvious one comes first: exactly so, begins so, a word begins so, inside; of equals the last visitor', async () => {
  const clinic = await clinicWith('Mahayu', 'Sri Ayu', 'Ayunda', 'Ayu', 'Ayu', 'Budi');
  const recent = (await patients.search(clinic, 'ayu')).items.filter(({ name }) => name === 'Ayu')[1]!;
  await patients.incrementVisits(clinic, recent.id);
  const found = await patients.search(clinic, 'ayu');
  expect(found.items.map(({ name }) => name)).toEqual(['Ayu', 'Ayu', 'Ayunda', 'Sri Ayu', 'Mahayu']);
  expect(found.items[0]?.id).toBe(recent.id);
  expect(found.complete).toBe(true);
});

test('a phone is found in any spelling, by its beginning and by its last digits', async () => {
  const clinic = await newClinic(held.database);
  const ayu = await patients.register(clinic, { name: 'Ayu', phone: '0812 3456 7890' });
  const twin = await patients.register(clinic, { name: 'Twin', phone: '0878 9000 0000' });
  const ids = async (text: string) => (await patients.search(clinic, text)).items.map(({ id }) => id);
  for (const text of [
    '081234567890', '+62 812-3456-7890', '6281234567890', '0812', '+62812', '62812', '812', '67890', '56-7890',
    '(0812) 3456', 'ayu 7890', '7890 ay',
  ]) expect([text, await ids(text)]).toEqual([text, [ayu.id]]); // prettier-ignore
  expect(await ids('7890')).toEqual([ayu.id]);
  // Both: what ends so first, since nobody says a beginning without its zero.
  expect(await ids('0')).toEqual([ayu.id, twin.id].toSorted());
  expect(await ids('78')).toEqual([]);
  expect(await ids('8')).toHaveLength(2);
  for (const text of ['+', '()', '00000000000000000000', '1'.repeat(200)])
    expect(await ids(text)).toEqual([]);
});

test('an email is found by its beginning, once there is an @', async () => {
  const clinic = await newClinic(held.database);
  const ayu = await patients.register(clinic, { name: 'Ayu', phone: nextPhone(), email: 'Ayu.L@contoh.id' });
  await patients.register(clinic, { name: 'B', phone: nextPhone(), email: 'b@contoh.id' });
  for (const text of ['AYU.L@contoh.id', 'ayu.l@', 'ayu.l@con']) {
    expect((await patients.search(clinic, text)).items).toEqual([ayu]);
  }
  for (const text of ['@', '@contoh.id', 'a.u@']) {
    expect((await patients.search(clinic, text)).items).toEqual([]);
  }
});

test('the pages of a search are the whole of it, each patient once', async () => {
  const names = Array.from({ length: 23 }, (_, n) => (n % 3 ? `Ayu ${n}` : `Bayu ${n}`));
  const clinic = await clinicWith(...names);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await patients.search(clinic, 'ayu', { limit: 5, ...(cursor && { cursor }) });
    seen.push(...page.items.map(({ name }) => name));
    cursor = page.next;
  } while (cursor);
  expect(seen.toSorted()).toEqual(names.toSorted());
  const first = await patients.search(clinic, 'ayu', { limit: 5 });
  const other = await clinicWith('Ayu');
  for (const [scope, text] of [[other, 'ayu'], [clinic, 'bayu']] as const) {
    await expect(patients.search(scope, text, { cursor: first.next! })).rejects.toMatchObject({ code: 'VALIDATION' });
  } // prettier-ignore
});

test('a search follows a new name and a new phone, and leaves out who is inactive', async () => {
  const { clinic, ayu } = await newPractice(held.database);
  await patients.update(clinic, ayu.id, { name: 'Citra', phone: '0811 0000 4321' });
  expect(await namesFor(clinic, 'ayu')).toEqual([]);
  expect(await namesFor(clinic, '7890')).toEqual([]);
  expect(await namesFor(clinic, 'itr')).toEqual(['Citra']);
  expect(await namesFor(clinic, '4321')).toEqual(['Citra']);
  await patients.deactivate(clinic, ayu.id);
  expect(await namesFor(clinic, 'itr')).toEqual([]);
});

/** Patients straight into the collection, since a search has to be tried among many. */
async function crowd(clinic: TenantScope, count: number, name: (n: number) => string) {
  const documents = Array.from({ length: count }, (_, n) => {
    const one = { name: name(n), phone: nextPhone() };
    return { ...one, totalVisits: 0, isActive: true, searchWords: searchKeysOf(one) };
  });
  await within(clinic, patientsCollection).insertMany(documents);
}

test('what a search reads does not grow with the clinic', async () => {
  const clinic = await clinicWith('René Zahra', 'Ayu Zahra');
  const keysRead = async (text: string) => {
    const { likely, alternatives } = queryOf(text, 'ID');
    const counts = [];
    for (const filter of [...likely, ...alternatives.flat()]) {
      const { keysExamined } = await within(clinic, patientsCollection).explain(filter, {
        limit: readingLimit,
      });
      counts.push(keysExamined);
    }
    return counts;
  };
  const texts = ['ayu', 'ahr', 'ayu zahra', 'rene', 'ene', '0899', '+62', '7890', 'ayu put', 'a'];
  const grown = [];
  for (const size of [600, 1800]) {
    await crowd(clinic, size, (n) => `Ayu Putri ${n}`);
    grown.push(await Promise.all(texts.map(keysRead)));
  }
  expect(grown[1]!.flat().every((count) => count <= readingLimit + 2)).toBe(true);
  expect(await namesFor(clinic, 'zahra ayu')).toEqual(['Ayu Zahra']);
  expect(await namesFor(clinic, 'ay ahr')).toEqual(['Ayu Zahra']);
  const many = await patients.search(clinic, 'ayu');
  expect(many.complete).toBe(false);
  expect(many.items).toHaveLength(50);
  expect((await patients.search(clinic, 'rene')).complete).toBe(true);
});

test('a search that few fit reads those few, among many', async () => {
  const clinic = await newClinic(held.database);
  const [ayu] = await Promise.all([
    patients.register(clinic, { name: 'René Zahra', phone: '0813 2000 7777', email: 'rene@example.com' }),
    patients.register(clinic, { name: 'Ayu Zahra', phone: '0813 2000 7778', email: 'zahra@example.com' }),
  ]);
  const gone = await patients.register(clinic, { name: 'Ayu Zahra', phone: '0813 2000 7779' });
  await patients.deactivate(clinic, gone.id);
  await crowd(clinic, 900, (n) => `Citra Putri ${n}`);
  const hundred = `+62899${String(digits - 300).slice(0, -2)}`;
  const texts = [
    hundred,
    '0813 2000',
    '+62 813',
    '7777',
    '20007778',
    'zahra',
    'ahr',
    'rene',
    'rene@',
    'zahra@example.com',
  ];
  for (const text of texts) {
    let found: readonly patients.Patient[] = [];
    const { keys } = await examined(held.database, async () => {
      found = (await patients.search(clinic, text, { limit: 200 })).items;
    });
    expect(found.length, text).toBeGreaterThan(0);
    expect(found.every(({ isActive }) => isActive)).toBe(true);
    // Who is not active any more has a phone, too.
    expect(keys, text).toBeLessThanOrEqual(found.length + 1);
  }
  expect(await namesFor(clinic, ayu.phone)).toEqual(['René Zahra']);
});

test('the exact name is first, however many begin with it', async () => {
  const clinic = await newClinic(held.database);
  await crowd(clinic, readingLimit + 50, (n) => `Ayu${String.fromCharCode(97 + (n % 26))} ${n}`);
  await patients.register(clinic, { name: 'Ayu', phone: nextPhone() });
  expect((await namesFor(clinic, 'ayu'))[0]).toBe('Ayu');
});

test('a name of the greatest length has keys of a bounded size', () => {
  const phone = '+6281234567890';
  for (const name of ['x'.repeat(120), 'ab '.repeat(40), Array.from({ length: 60 }, (_, n) => n % 10).join(' ')]) {
    const keys = searchKeysOf({ name, phone });
    expect(keys.length).toBeLessThan(130);
    expect(Math.max(...keys.map(({ length }) => length))).toBeLessThanOrEqual(41);
  } // prettier-ignore
  expect(searchKeysOf({ name: 'Ayu Putri', phone })).toEqual([
    '=ayu putri', ' putri ayu', 'yu', 'utri', 'tri', 'ri', '#0987654321826',
  ]); // prettier-ignore
  // Letters that are two units each: no key begins or ends in the middle of one.
  expect(searchKeysOf({ name: '𐌰𐌱𐌲', phone })).toEqual(['=𐌰𐌱𐌲', '𐌱𐌲', '#0987654321826']);
});
