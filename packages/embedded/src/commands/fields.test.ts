import type { Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

const set = { q: {}, u: { $set: { a: 1 } } };
const document = { a: 1 };

/** A command on a collection, and the code that refuses it, or the part of its answer that counts. */
type Case = [rule: string, command: Document, number | Document];

const pages: Record<string, Case[]> = {
  'reference/command/insert': [
    ['takes documents only', { insert: 'x', documents: [document, 5] }, 14],
    ['needs documents', { insert: 'x' }, 40414],
    ['needs at least one', { insert: 'x', documents: [] }, 16],
    ['ordered is a boolean', { insert: 'x', documents: [document], ordered: 1 }, 14],
    ['null is as if it were not there', { insert: 'x', documents: [document], ordered: null }, { n: 1 }],
    [
      'a flag may be a number',
      { insert: 'x', documents: [document], bypassDocumentValidation: 0.5 },
      { n: 1 },
    ],
    ['an unknown field is refused', { insert: 'x', documents: [document], more: 1 }, 40415],
    ['raw data is all there is', { insert: 'x', documents: [document], rawData: true }, { n: 1 }],
  ],
  'reference/command/update': [
    ['q is a document', { update: 'x', updates: [{ ...set, q: 'x' }] }, 14],
    ['q is needed', { update: 'x', updates: [{ u: set.u }] }, 40414],
    ['u is a document or an array', { update: 'x', updates: [{ ...set, u: 5 }] }, 9],
    ['multi is a boolean', { update: 'x', updates: [{ ...set, multi: 1 }] }, 14],
    ['arrayFilters are documents', { update: 'x', updates: [{ ...set, arrayFilters: [1] }] }, 14],
    ['an unknown field is refused', { update: 'x', updates: [{ ...set, more: 1 }] }, 40415],
    ['hint is a string or a document', { update: 'x', updates: [{ ...set, hint: 5 }] }, 9],
    ['let is a document', { update: 'x', updates: [set], let: [] }, 14],
  ],
  'reference/command/delete': [
    ['q is a document', { delete: 'x', deletes: [{ q: 'x', limit: 1 }] }, 14],
    ['limit is needed', { delete: 'x', deletes: [{ q: {} }] }, 40414],
    ['limit is 0 or 1', { delete: 'x', deletes: [{ q: {}, limit: 2 }] }, 9],
  ],
  'reference/write-concern': [
    ['w is at most 50', { update: 'x', updates: [set], writeConcern: { w: 51 } }, 9],
    ['w is not negative', { update: 'x', updates: [set], writeConcern: { w: -1 } }, 9],
    ['w is no boolean', { update: 'x', updates: [set], writeConcern: { w: true } }, 9],
    ['tags have numbers', { update: 'x', updates: [set], writeConcern: { w: { a: 'b' } } }, 9],
    ['tags are at least one', { update: 'x', updates: [set], writeConcern: { w: {} } }, 9],
    ['j is a flag', { update: 'x', updates: [set], writeConcern: { j: 'x' } }, 14],
    ['wtimeout is an int32', { update: 'x', updates: [set], writeConcern: { w: 1, wtimeout: 2 ** 31 } }, 9],
    ['an unknown field is refused', { update: 'x', updates: [set], writeConcern: { more: 1 } }, 40415],
    ['is a document', { update: 'x', updates: [set], writeConcern: 'majority' }, 14],
    [
      'an unknown provenance is refused',
      { update: 'x', updates: [set], writeConcern: { provenance: 'x' } },
      2,
    ],
    [
      'a name that no configuration has is reported',
      { update: 'x', updates: [set], writeConcern: { w: 'Majority' } },
      79,
    ],
  ],
  'reference/read-concern': [
    ['an unknown level is refused', { find: 'x', readConcern: { level: 'LOCAL' } }, 2],
    ['the level is a string', { find: 'x', readConcern: { level: 1 } }, 14],
    ['an unknown field is refused', { find: 'x', readConcern: { more: 1 } }, 40415],
    ['a level of null is as if it were not there', { find: 'x', readConcern: { level: null } }, { ok: 1 }],
  ],
};

for (const [page, cases] of Object.entries(pages))
  describe(page, () => {
    for (const [rule, command, expected] of cases)
      test(rule, async () => {
        const collection = on.fresh().collectionName;
        const [name = ''] = Object.keys(command);
        const answer = on.db.command({ ...command, [name]: collection });
        if (typeof expected === 'number') await expect(answer).rejects.toMatchObject({ code: expected });
        else expect(await answer).toMatchObject(expected);
      });
  });

test('reference/command/update: statements are read before the first one runs', async () => {
  const { collectionName } = on.fresh();
  const updates = [
    { ...set, upsert: true },
    { ...set, multi: 'x' },
  ];
  await expect(on.db.command({ update: collectionName, updates })).rejects.toMatchObject({ code: 14 });
  expect(await on.db.collection(collectionName).countDocuments()).toBe(0);
});
