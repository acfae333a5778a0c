import { BSON, Timestamp } from 'mongodb';
import { expect, test } from 'vitest';
import { cursorBytes } from './cursor-bytes.ts';

const one = { name: 'Ayu' };
const two = { name: 'Sari', inside: { list: [1, 'two', { three: 3 }] } };

const documents = (bytes: Uint8Array) => {
  const { id, batch } = cursorBytes(bytes);
  return { id, batch: batch.map((each) => BSON.deserialize(each)) };
};

test.each([
  ['as MongoDB orders it', { firstBatch: [one, two], id: 0n, ns: 'a.b' }, { id: 0n, batch: [one, two] }],
  ['in another order', { ns: 'a.b', id: 7n, firstBatch: [two] }, { id: 7n, batch: [two] }],
  ['with nothing found', { firstBatch: [], id: 0n, ns: 'a.b' }, { id: 0n, batch: [] }],
  ['a later batch', { nextBatch: [one], id: -5n, ns: 'a.b' }, { id: -5n, batch: [one] }],
  [
    'with all that a change stream says beside it',
    {
      postBatchResumeToken: { _data: 'x' },
      atClusterTime: new Timestamp(3n),
      partialResultsReturned: true,
      nextBatch: [one],
      id: 9n,
      ns: 'a.b',
    },
    { id: 9n, batch: [one] },
  ],
  [
    'with a field of a type that no cursor has',
    { odd: null, firstBatch: [one], id: 1n, ns: 'a' },
    { id: 1n, batch: [one] },
  ],
  ['with an id that is no long', { firstBatch: [one], id: 4, ns: 'a' }, { id: 4n, batch: [one] }],
  [
    'with names that say the same inside of others',
    { x: { id: 3n, firstBatch: [two] }, firstBatch: [one], id: 2n },
    { id: 2n, batch: [one] },
  ],
])('a cursor is read %s', (_, cursor, expected) => {
  expect(documents(BSON.serialize(cursor))).toEqual(expected);
});

test('it is read where it lies in a larger answer', () => {
  const reply = BSON.serialize({ a: 1, cursor: { firstBatch: [one], id: 0n, ns: 'a.b' }, ok: 1 });
  const { cursor } = BSON.deserialize(reply, { raw: true });
  expect(documents(cursor)).toEqual({ id: 0n, batch: [one] });
});
