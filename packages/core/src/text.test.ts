import { expect, test } from 'vitest';
import { line, literal, paragraph, SearchText, searchWords, WebAddress } from './text.ts';

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

test.each([
  'https://clinic.example/logo.png',
  'http://clinic.example:8080',
  'HTTPS://clinic.example/@sari/foto%20baru.png?of=sari@clinic.example#a@b',
  'https://例え.example/写真.png',
])('an address goes where it says: %j', (address) => {
  expect(WebAddress.parse(` ${address}\n`)).toBe(address);
});

test.each([
  ['https://sari:secret@clinic.example/logo.png', 'without a name'],
  ['https://bank.example@evil.example/', 'without a name'],
  ['https://@clinic.example/', 'without a name'],
  ['https:///sari@clinic.example/', 'without a name'],
  ['https://clinic.example/\u202egnp.ogol', 'can be seen'],
  ['https://clinic.example/\u2066logo', 'can be seen'],
  ['https://clinic.example/lo\u200bgo', 'can be seen'],
  ['https://clinic.example/lo\u00adgo', 'can be seen'],
  ['https:\\\\sari@clinic.example/', 'Invalid URL'],
  ['https:sari@clinic.example/', 'Invalid URL'],
  ['https://clinic.example/lo\u0000go', 'can be seen'],
  ['https://clinic.example/lo\ud800go', 'can be seen'],
  ['ftp://clinic.example/', 'Invalid URL'],
  ['data:image/svg+xml,<svg/>', 'Invalid URL'],
  ['/etc/passwd', 'Invalid URL'],
  [`https://clinic.example/${'x'.repeat(2000)}`, '2000'],
])('an address that leads elsewhere, or cannot be read, is refused: %j', (address, why) => {
  expect(WebAddress.safeParse(address).error?.issues[0]?.message).toContain(why);
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
