import { expect, test } from 'vitest';
import { group } from '../aggregate/group.ts';
import { documentsOf, each, type Pipeline } from '../aggregate/stage.ts';
import { compareStrings, type StringOrder } from '../bson/compare.ts';
import { decode } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import { BSONRegExp, Int32, type Doc } from '../bson/types.ts';
import { environmentAt } from '../expression/environment.ts';
import type { Collection, Index, View } from '../storage/view.ts';
import { parseFilter, type Filter } from './filter.ts';
import { projected } from './find.ts';
import { compileFilter, type MatchOptions } from './match.ts';
import { planning, type Plan } from './plan.ts';
import { compileProjection } from './projection.ts';
import { Found, PAUSE, scan, type Pausing } from './scan.ts';

const DOCUMENTS = 400;
/** Not long, but long enough for an expression that may double its steps with each character. */
const doc = {
  a: new Int32(9000),
  b: new Int32(0),
  text: 'aaaaaaaaaaaaaaa!',
  texts: Array.from({ length: 100 }, (_, at) => `a${at}`),
};
const matcherOf = (filter: Doc) => compileFilter(parseFilter(filter), {} as MatchOptions);
const pattern = (source: string): BSONRegExp => new BSONRegExp(source, '');

/** The most documents that a scan looks at between two pauses. */
function scanned(filter: Doc): number {
  const body = encode(doc);
  const view = {
    *documents() {
      for (let id = 0; id < DOCUMENTS; id++) yield { id, body };
    },
  } as unknown as View;
  const counted = { keys: 0, documents: 0, found: 0 };
  const plan = { stage: 'COLLSCAN', backwards: false, sorted: true } as const;
  let [before, most] = [0, 0];
  for (const item of scan(view, {} as Collection, plan, matcherOf(filter), counted, Infinity)) {
    most = Math.max(most, counted.documents - before);
    if (item === PAUSE) before = counted.documents;
  }
  expect(counted.documents).toBe(DOCUMENTS);
  return Math.max(most, counted.documents - before);
}

test('others may run after every document over which a regular expression may have taken long', () => {
  expect(scanned({ text: pattern('^(a+)+$') })).toBe(1);
  expect(scanned({ texts: pattern('b') })).toBe(1);
});

test('and while it reads one document with very many texts, each of them once', () => {
  const texts = Array.from({ length: 60 }, (_, at) => `${'a'.repeat(800)}${at}`);
  const view = { documents: () => [{ id: 1, body: encode({ texts }) }] } as unknown as View;
  const counted = { keys: 0, documents: 0, found: 0 };
  const plan = { stage: 'COLLSCAN', backwards: false, sorted: true } as const;
  const items = (filter: Doc) => [
    ...scan(view, {} as Collection, plan, matcherOf(filter), counted, Infinity),
  ];
  expect(items({ texts: pattern('a.*b|a.*c|a.*d') })).toContain(PAUSE);
  expect(items({ texts: pattern('a.*b|a.*c|a.*59') }).at(-1)).not.toBe(PAUSE);
});

test('and while an index, or one branch after another, leads to what was found before', () => {
  const body = encode(doc);
  let read = 0;
  const view = {
    *entries() {
      for (let n = 0; n < DOCUMENTS; n++, read++) yield { id: n % 5, key: Buffer.alloc(1), body };
    },
  } as unknown as View;
  const index = { id: 1, name: 'a_1', unique: false, multikey: [1], descending: [false] };
  const collection = { indexes: [index], changedAt: 0 } as unknown as Collection;
  const counted = { keys: 0, documents: 0, found: 0 };
  const range = { low: Buffer.alloc(0), high: Buffer.from([255]) };
  const branch = { stage: 'IXSCAN', index, ranges: [range], checks: [], backwards: false, exact: false };
  const plan = { stage: 'OR', plans: Array.from({ length: 5 }, () => branch) } as unknown as Plan;
  let [before, most] = [0, 0];
  for (const item of scan(view, collection, plan, () => true, counted, Infinity)) {
    if (item === PAUSE) [most, before] = [Math.max(most, read - before), read];
  }
  expect(counted).toMatchObject({ keys: 5 * DOCUMENTS, found: 5 });
  expect(Math.max(most, read - before)).toBeLessThanOrEqual(200);
});

test('and after few over which a filter has very much to try', () => {
  const branches = Array.from({ length: 8000 }, (_, n) => ({
    a: { $gt: new Int32(n) },
    b: { $lt: new Int32(-n) },
  }));
  expect(scanned({ $or: branches })).toBeLessThan(100);
});

test('while a filter of very many parts is planned, others may run again and again', () => {
  const index = (key: Record<string, 1>, id: number): Index =>
    ({ id, key, names: Object.keys(key), descending: [false, false], multikey: [0, 0] }) as unknown as Index;
  const indexes = [index({ a: 1, b: 1 }, 1), index({ b: 1, a: 1 }, 2)];
  let [asked, most] = [0, 0];
  const view = { countEntries: () => ((most = Math.max(most, ++asked)), 1) } as unknown as View;
  const plan = (filter: Doc): number => {
    let pauses = 0;
    const steps = planning(view, { indexes, changedAt: 0 } as unknown as Collection, {
      filter: parseFilter(filter),
    });
    while (!steps.next().done) {
      pauses++;
      asked = 0;
    }
    return pauses;
  };
  const numbers = Array.from({ length: 20_000 }, (_, n) => new Int32((n * 7919) % 20_011));
  expect(plan({ $or: numbers.map((n) => ({ a: n, b: n })) })).toBeGreaterThan(1000);
  expect(most, 'looks into indexes between two of them').toBeLessThan(100);
  expect(plan({ a: { $in: numbers } })).toBeGreaterThan(40);
  expect(plan({ $or: [{ a: { $elemMatch: { $nin: numbers } } }] })).toBeGreaterThan(40);
  expect(plan({ a: new Int32(1), b: new Int32(1) }), 'who asks for little is not kept').toBe(0);
});

const planningOf = (filter: Filter, strings?: StringOrder) =>
  planning({} as View, { indexes: [], changedAt: 0 } as unknown as Collection, { filter, strings });

test('and while the patterns of a long list are compiled, of which a wrong one is told before a document is looked at', () => {
  const patterns = Array.from({ length: 2000 }, (_, n) => pattern(`^a${n}`));
  expect([...planningOf(parseFilter({ a: { $in: patterns } }))].length).toBeGreaterThan(10);
  const wrong = { a: { $in: [...patterns, pattern('(')] } };
  const steps = planningOf(parseFilter(wrong));
  expect(steps.next().done).toBe(false);
  expect(() => [...steps]).toThrow('Regular expression is invalid');
  expect(() => matcherOf(wrong)).toThrow('Regular expression is invalid');
});

test('and while a long list is put in the order of a collation, in which a text is then looked up', () => {
  let [asked, most] = [0, 0];
  const anyCase: StringOrder = (a, b) => {
    most = Math.max(most, ++asked);
    return compareStrings(a.toLowerCase(), b.toLowerCase());
  };
  const filter = parseFilter({
    a: { $in: Array.from({ length: 5000 }, (_, n) => `Text ${(n * 7919) % 5003}`) },
  });
  const steps = planningOf(filter, anyCase);
  while (!steps.next().done) asked = 0;
  expect(most, 'comparisons between two of them').toBeLessThan(2500);
  const matches = compileFilter(filter, { strings: anyCase });
  most = asked = 0;
  expect([matches({ a: 'tEXT 5' }), matches({ a: 'text' })]).toEqual([true, false]);
  expect(most, 'comparisons of two documents').toBeLessThan(50);
});

/** One document with so many texts that a regular expression takes longer over them than one turn may. */
const wide = encode({ _id: 1, texts: Array.from({ length: 60 }, (_, at) => `${'a'.repeat(800)}${at}`) });
const hits = { $size: { $filter: { input: '$texts', cond: { $regexMatch: { input: '$$this', regex: 'a.*b|a.*c|a.*59' } } } } }; // prettier-ignore

test('a projection and a group pause while they read one, too', () => {
  const environment = environmentAt({ now: new Date() });
  const found = function* (): Pausing<Found> {
    yield new Found(1, wide);
  };
  const shown = [...projected(found(), compileProjection({ hits }, environment))];
  expect(shown).toContain(PAUSE);
  expect(decode(shown.at(-1) as Buffer)).toMatchObject({ hits: { value: 1 } });
  const pipeline = {
    environment,
    variables: new Map(),
    memory: { bytes: 1e8, disk: true },
  } as unknown as Pipeline;
  const groups = [...group({ _id: hits, sum: { $sum: hits } }, pipeline)(documentsOf(found()))];
  expect(groups.filter((one) => one === PAUSE).length).toBeGreaterThan(1);
  expect(groups.at(-1)).toMatchObject({ _id: { value: 1 }, sum: { value: 1 } });
});

test('and after many over which it is short', () => {
  expect(scanned({ text: pattern('b') })).toBeGreaterThan(50);
});

test('a stage pauses as often', () => {
  const matches = matcherOf({ text: pattern('^(a+)+$') });
  const source = function* (): Pausing<Doc> {
    for (let at = 0; at < DOCUMENTS; at++) yield doc;
  };
  let [since, most] = [0, 0];
  const stage = each((one) => (matches(one), one));
  for (const item of stage(source())) {
    since = item === PAUSE ? 0 : since + 1;
    most = Math.max(most, since);
  }
  expect(most).toBe(1);
});
