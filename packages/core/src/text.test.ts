import { expect, test } from 'vitest';
import { line, literal, paragraph, SearchText, searchWords } from './text.ts';

const reads = (text: string) => line(40).safeParse(text);

test.each([
  'Ayu Lestari',
  'René d’Ávila',
  '美咲',
  'عائشة',
  'می‌خواهم',
  'क्षमा',
  '🌸 Melati',
  '👩‍⚕️',
  "O'Brien; DROP TABLE patients",
  '$where',
  '{"$ne": null}',
  '__proto__',
  'constructor',
])('a name is what people are called: %j', (text) => {
  expect(reads(text)).toMatchObject({ success: true, data: text.normalize('NFC') });
});

test.each([
  '',
  '   ',
  '\u200b',
  '\u200b\u2060 \ufeff',
  '\u3164',
  '\u0301',
  'a\u0000b',
  'a\nb',
  'a\u202eb',
  'a\u2066b',
  'a\ud800',
  'x'.repeat(41),
])('a name that cannot be seen, read or stored is refused: %j', (text) => {
  expect(reads(text).success).toBe(false);
});

test('one name has one spelling', () => {
  expect(line(40).parse(' Rene\u0301 ')).toBe('René');
});

test('notes keep their lines and lose what nobody can see', () => {
  expect(paragraph(100).parse(' Alergi\r\nlateks\u0000\u000b.\tYa \ud800 ')).toBe(
    'Alergi\nlateks.\tYa \ufffd',
  );
  expect(paragraph(5).safeParse('x'.repeat(6)).success).toBe(false);
});

test('what is searched has no power over the search', () => {
  expect(searchWords('.* (a+)+$ [x] René')).toEqual(['a', 'x', 'rene']);
  expect(
    new RegExp(`^${literal('a.b*c(d)[e]{1}|f^g$h\\\\i/j-k')}$`, 'u').test('a.b*c(d)[e]{1}|f^g$h\\\\i/j-k'),
  ).toBe(true);
});

test('what is looked for holds no zero, which would end a regular expression', () => {
  expect(SearchText.parse(' kl\u0000ini\tk\ud800 ')).toBe('kl\ufffdini\tk\ufffd');
  expect(SearchText.parse('\u0000')).toBe('\ufffd');
});
