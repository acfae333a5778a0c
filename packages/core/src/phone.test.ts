import { expect, test } from 'vitest';
import { e164, e164Prefix, PhoneText } from './phone.ts';

test.each([
  '0812-3456-7890',
  '0812.3456.7890',
  '0812–3456–7890',
  '62812 3456 7890',
  '+62 812 3456 7890',
  '+62 (0)812 3456 7890',
  '0062 812 3456 7890',
  '(0812) 34567890',
  // As an address book copies it.
  '\u202a+62 812-3456-7890\u202c',
])('one number has one form: %s', (text) => {
  expect(e164(PhoneText.parse(text), 'ID')).toBe('+6281234567890');
  expect(e164Prefix(text, 'ID')).toBe('+6281234567890');
});

test('a number of another country keeps its own', () => {
  expect(e164('+61 412 345 678', 'ID')).toBe('+61412345678');
});

const noNumbers = [
  '',
  'abc',
  '08',
  '123',
  '+',
  '0812-3456-789012',
  '0812 3456 7890 / 0813',
  '0812'.repeat(10),
];

test.each(noNumbers)('what is no number is refused: %j', (text) => {
  expect(() => e164(text, 'ID')).toThrow(expect.objectContaining({ code: 'VALIDATION' }));
});

test('the beginning of a number is found however it is typed', () => {
  for (const text of ['0812', '812', '+62812', '62812', '+62 0812', '0 8-1 2'])
    expect(e164Prefix(text, 'ID')).toBe('+62812');
  for (const text of ['ayu', '', '08x']) expect(e164Prefix(text, 'ID')).toBeUndefined();
});
