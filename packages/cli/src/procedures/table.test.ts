import { expect, test } from 'vitest';
import { linesOf } from './table.ts';

test('a list is a table with what somebody looks for', () => {
  const items = [
    { id: 'a', name: 'Ayu', skills: ['Laser', 'Facial'], at: new Date('2026-11-24T02:00:00Z'), revision: 3 },
    { id: 'b', name: 'Bunga', holds: [{ t: 1 }] },
  ];
  const table = [
    'id  name   skills         at',
    'a   Ayu    Laser, Facial  2026-11-24T02:00:00Z',
    'b   Bunga',
  ];
  expect(linesOf(items)).toEqual(table);
  expect(linesOf({ items, next: 'x' })).toEqual(table);
  expect(linesOf([])).toEqual([]);
});

test('one thing is a line for each of its fields', () => {
  expect(linesOf({ id: 'a', theme: { colour: 'red' }, logo: undefined })).toEqual([
    'id     a',
    'theme  {"colour":"red"}',
  ]);
  expect(linesOf(3)).toEqual(['3']);
});

test('what somebody typed cannot steer the terminal, and what is long is cut', () => {
  const [, row] = linesOf([{ notes: `\u001b[2J\u202e\nred ${'x'.repeat(100)}` }]);
  expect(row).toMatch(/^ \[2J red x+…$/);
  expect(row).toHaveLength(40);
});
