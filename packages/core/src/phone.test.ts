import { getCountries, parsePhoneNumberFromString } from 'libphonenumber-js';
import mobiles from 'libphonenumber-js/mobile/examples';
import { expect, test } from 'vitest';
import { Random } from './demo/random.ts';
import { plainE164 } from './numbering-plans.ts';
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

/** A country's number as people write it, and wrong: a digit less, more, or another one, at every place, or any digits. */
function* spellings(code: string, number: string, any: Random): Generator<string> {
  const spelt = (some: string) => [
    `+${code}${some}`,
    `0${some}`,
    some,
    `${code}${some}`,
    `+${code} 0${some}`,
  ];
  for (let at = 0; at <= number.length; at++)
    for (const digit of ['', '0', '5', '9'])
      for (const rest of [at, at + 1]) yield* spelt(number.slice(0, at) + digit + number.slice(rest));
  for (let n = 0; n < 60; n++) yield* spelt(String(any.next()).slice(2, 6 + (n % 12)));
}

test('in every country a number that is read without the library is what the library reads', () => {
  let plain = 0;
  const any = new Random('phones');
  for (const country of getCountries()) {
    const { countryCallingCode: code, nationalNumber } = parsePhoneNumberFromString(
      mobiles[country],
      country,
    )!;
    for (const text of spellings(code, nationalNumber, any)) {
      const read = plainE164(text, country);
      if (read === undefined) continue;
      plain++;
      const number = parsePhoneNumberFromString(text, country);
      expect(number?.isValid() && number.number, `${text} in ${country}`).toBe(read);
    }
  }
  expect(plain).toBeGreaterThan(10_000);
});

test.each(['+62 812-3456-7890', '0812-3456-7890', '(0812) 34567890', '+61412345678'])(
  'the library is asked where several countries have one calling code: %s',
  (text) => {
    expect(plainE164(text, 'ID')).toBe(text.includes('61412') ? undefined : '+6281234567890');
  },
);
