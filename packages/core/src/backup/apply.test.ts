import { BSON, type Document as Bson } from 'mongodb';
import { expect, test } from 'vitest';
import { acrossTenants } from '../firewall.ts';
import { places } from '../testing/backups.ts';
import { applyChanges } from './apply.ts';
import type { Change } from './stream.ts';

const { open } = places();

const about = { collection: 'some', id: 1, time: BSON.Timestamp.fromNumber(1), wall: new Date(0) };
const update = (set: Bson, more: Partial<Change> = {}): Change => ({ ...about, op: 'update', set, ...more });

async function* of(changes: readonly Change[]) {
  yield* changes;
}

/** What becomes of a document. */
async function applied(document: Bson, changes: readonly Change[], again: boolean): Promise<Bson[]> {
  const { db } = await open();
  return acrossTenants('this test', async () => {
    await db.collection('some').insertOne({ _id: 1, ...document } as Bson);
    await applyChanges(db, of(changes), again);
    return db.collection('some').find().toArray();
  });
}

test('a copy that has seen the later changes of a document already ends as the document did', async () => {
  const changes = [
    update({ 'a.b': 1, c: 2 }, { unset: ['a.x'], cut: [{ field: 'list', newSize: 2 }] }),
    update({ 'list.2': 'new' }),
    update({ a: 5, list: 'none' }),
  ];
  const before = { a: { x: 0 }, list: [1, 2, 3, 4] };
  const after = [{ _id: 1, a: 5, list: 'none', c: 2 }];
  expect(await applied(before, changes, false)).toEqual(after);
  for (const seen of [{ a: { b: 1 }, c: 2, list: [1, 2, 'new'] }, after[0]!, { a: 5, list: 'none' }])
    expect(await applied(seen, changes, true)).toEqual(after);
  await expect(applied(after[0]!, changes, false)).rejects.toThrow();
});

test('what is made, replaced, removed, dropped and renamed becomes so again', async () => {
  const changes: Change[] = [
    { ...about, op: 'delete' },
    { ...about, op: 'insert', document: { _id: 1, n: 1 } },
    { ...about, op: 'replace', document: { _id: 1, n: 2 } },
    { ...about, collection: 'other', op: 'insert', document: { _id: 1 } },
    { ...about, collection: 'other', op: 'drop' },
  ];
  expect(await applied({}, changes, false)).toEqual([{ _id: 1, n: 2 }]);
  const renamed: Change[] = [
    { ...about, op: 'rename', to: 'old' },
    { ...about, op: 'insert', document: { _id: 1, n: 3 } },
  ];
  expect(await applied({}, renamed, false)).toEqual([{ _id: 1, n: 3 }]);
});
