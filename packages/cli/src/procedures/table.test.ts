import { expect, test } from 'vitest';
import { UsageError } from '../usage.ts';
import { tableOf } from './table.ts';

const linesOf = (answer: unknown) => tableOf(answer).lines;

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

const one = '0123456789abcdef01234567';
const booking = {
  id: one,
  patientId: one,
  patientName: 'Ayu Lestari',
  staffId: one,
  startAt: new Date('2026-11-26T03:00:00Z'),
  endAt: new Date('2026-11-26T04:00:00Z'),
  status: 'pending',
  notes: 'She comes with her sister, who is booked after her',
  payments: [{ amount: 1 }],
  localDate: '2026-11-26',
  localTime: '10:00',
  isActive: true,
  createdAt: new Date(0),
};

test('a table is no wider than the terminal, and says what it left out', () => {
  const { lines, hidden } = tableOf([booking], { width: 80 });
  expect(lines[0]).toMatch(/^id +patientName +status +localDate +localTime$/);
  expect(hidden).toEqual(['patientId', 'staffId', 'startAt', 'endAt', 'notes', 'payments', 'isActive', 'createdAt']); // prettier-ignore
  expect(tableOf([booking], { width: 10 }).lines[0]).toMatch(/^id +status$/);
  const wide = tableOf([booking, { ...booking, isActive: false }], { width: 200 });
  expect(Math.max(...wide.lines.map((line) => line.length))).toBeLessThanOrEqual(200);
  expect(wide.lines[0]).toMatch(/^id +patientName .*startAt.*notes.*isActive$/);
});

test('the status is in every table of what has one, however long the names beside it are', () => {
  const long = 'Anak Agung Istri Raka Padmawati';
  const named = { ...booking, patientName: long, treatmentName: long, staffName: long };
  for (const width of [undefined, 120, 80, 60]) {
    const { lines } = tableOf([named, { ...named, status: 'confirmed' }], { width });
    expect(lines[0]).toMatch(/ status( |$)/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width ?? 120);
  }
});

test('columns are those that were asked for, in that order; one that there is not is named with those there are', () => {
  const columns = ['localTime', 'payments', 'notes'];
  expect(tableOf([booking], { columns, width: 10 })).toEqual({
    lines: [
      'localTime  payments        notes',
      '10:00      [{"amount":1}]  She comes with her sister, who is booke…',
    ],
    hidden: [],
  });
  expect(tableOf(booking, { columns: ['status', 'id'] }).lines).toEqual([
    'status  pending',
    `id      ${one}`,
  ]);
  for (const answer of [[booking], { items: [booking] }, booking])
    for (const wrong of ['colour', '', '__proto__', 'constructor', 'Status'])
      expect(() => tableOf(answer, { columns: ['id', wrong] })).toThrow(UsageError);
  expect(() => tableOf([booking], { columns: ['colour'] })).toThrow(/"colour".*patientName, staffId/);
  // Nobody has a note today, and the script that asks for notes goes on.
  const known = new Set(['deposit']);
  expect(tableOf([booking], { columns: ['status', 'deposit'], known }).lines).toEqual(['status   deposit', 'pending']); // prettier-ignore
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
