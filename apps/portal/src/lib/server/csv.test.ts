import { expect, test } from 'vitest';
import { csvOf } from './csv.ts';

test('a table keeps commas, quotes, line breaks and empty cells', () => {
  expect(
    csvOf([
      ['name', 'notes', 'visits'],
      ['Ayu, "Yu"', 'a\nb', 2],
      ['Sari', undefined, 0],
    ]),
  ).toBe('\ufeffname,notes,visits\r\n"Ayu, ""Yu""","a\nb",2\r\nSari,,0\r\n');
  expect(csvOf([[new Date('2026-11-24T03:00:00Z')]])).toBe('\ufeff2026-11-24T03:00:00.000Z\r\n');
});

test('what somebody typed is never run as a formula', () => {
  expect(csvOf([['=1+1', '+62812', '-5', '@x', '\tx', -5]])).toBe("\ufeff'=1+1,'+62812,'-5,'@x,'\tx,-5\r\n");
});
