import { expect, test } from 'vitest';
import { e164, e164Prefix } from './phone.ts';

test.each(['0812-3456-7890', '0812 3456 7890', '+62 812 3456 7890', '+6281234567890', '(0812) 34567890'])(
  'one number has one form: %s',
  (text) => expect(e164(text, 'ID')).toBe('+6281234567890'),
);

test('a number of another country keeps its own', () => {
  expect(e164('+61 412 345 678', 'ID')).toBe('+61412345678');
});

test.each(['', 'abc', '08', '123', '+', '0812'.repeat(10)])('what is no number is refused: %j', (text) => {
  expect(() => e164(text, 'ID')).toThrow(expect.objectContaining({ code: 'VALIDATION' }));
});

test('the beginning of a number is found however it is typed', () => {
  for (const text of ['0812', '812', '+62812', '62812', '0 8-1 2'])
    expect(e164Prefix(text, 'ID')).toBe('+62812');
  for (const text of ['ayu', '', '08x']) expect(e164Prefix(text, 'ID')).toBeUndefined();
});
