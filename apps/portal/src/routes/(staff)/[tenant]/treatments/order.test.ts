import { expect, test } from 'vitest';
import { arranged, categoryMovedTo, movedTo, placeOf } from './order.ts';

const list = [
  { id: 'a', category: 'Facial' },
  { id: 'b', category: 'Facial' },
  { id: 'c', category: 'Facial' },
  { id: 'x', category: 'Laser' },
  { id: 'y', category: 'Laser' },
];

test('a treatment moves within its category, and stays at its ends', () => {
  expect(movedTo(list, 'a', 2)).toEqual(['b', 'a', 'c', 'x', 'y']);
  expect(movedTo(list, 'a', 3)).toEqual(['b', 'c', 'a', 'x', 'y']);
  expect(movedTo(list, 'y', 0)).toEqual(['a', 'b', 'c', 'y', 'x']);
  expect(movedTo(list, 'a', -1)).toEqual(['a', 'b', 'c', 'x', 'y']);
  expect(movedTo(list, 'y', 9)).toEqual(['a', 'b', 'c', 'x', 'y']);
  expect(movedTo(list, 'gone', 0)).toEqual(['a', 'b', 'c', 'x', 'y']);
});

test('a category moves with everything in it', () => {
  expect(categoryMovedTo(list, 'Laser', 0)).toEqual(['x', 'y', 'a', 'b', 'c']);
  expect(categoryMovedTo(list, 'Facial', 2)).toEqual(['x', 'y', 'a', 'b', 'c']);
  expect(categoryMovedTo(list, 'Gone', 0)).toEqual(['a', 'b', 'c', 'x', 'y']);
});

test('the list follows its ids, and what they do not name comes last', () => {
  expect(arranged(list, ['y', 'x', 'a', 'b']).map(({ id }) => id)).toEqual(['y', 'x', 'a', 'b', 'c']);
  expect([placeOf(list, { id: 'c' }), placeOf(list, { category: 'Laser' })]).toEqual([2, 1]);
});
