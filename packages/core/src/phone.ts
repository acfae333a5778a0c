import {
  getCountries,
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js';
import { z } from 'zod';
import { invalid } from './errors.ts';
import { quoted } from './misfits.ts';
import { plainE164 } from './numbering-plans.ts';
import { line } from './text.ts';

/** A phone number as it was typed or pasted: address books copy marks of direction along, which nobody sees. */
export const PhoneText = z
  .string()
  .overwrite((text) => text.replace(/\p{Cf}/gu, ''))
  .pipe(line(30));

/** A number and nothing else, as it is mostly written. */
const isNumberAlone = /^\+?[\d ().-]+$/;

/**
 * A phone number in E.164, such as `+628123456789`, from any spelling that people of a country use; `00` in front of it
 * is a `+`. The numbering plans come from libphonenumber.
 * @param country ISO 3166 code of the clinic's country, for numbers that begin with 0
 * @throws VALIDATION when no number is so long or so short there, as with a digit too many or two numbers at once
 */
export function e164(text: string, country: string): string {
  const typed = text.replace(/^[\s(]*00/, '+');
  const plain = isNumberAlone.test(typed) ? plainE164(typed, country) : undefined;
  if (plain !== undefined) return plain;
  const number = parsePhoneNumberFromString(typed, {
    defaultCountry: country as CountryCode,
    // Looking for a number among other words costs more than reading it.
    extract: !isNumberAlone.test(typed),
  });
  if (!number?.isValid())
    throw invalid(
      'phone',
      `${quoted(text)} is not a phone number. Write it as 0812 3456 7890 or +62 812 3456 7890.`,
    );
  return number.number;
}

/** The countries that a clinic can be in, by their ISO 3166 codes. */
export const countries: ReadonlySet<string> = new Set(getCountries());

/** Whether a clinic can be in a country: without a numbering plan no patient of it could be registered. */
export function isCountry(code: string): boolean {
  return isSupportedCountry(code);
}

/** The beginning of a phone number in E.164 from the beginning that somebody typed, or undefined when it is none. */
export function e164Prefix(text: string, country: string): string | undefined {
  const typed = text.replace(/[^\p{L}\p{N}+]/gu, '').replace(/^00/, '+');
  const code = parsePhoneNumberFromString('00000000', country as CountryCode)?.countryCallingCode ?? '62';
  // Many write the 0 of their own country behind its code too.
  if (/^\+\d+$/.test(typed)) return typed.replace(`+${code}0`, `+${code}`);
  if (!/^\d+$/.test(typed)) return undefined;
  if (typed.startsWith('0')) return `+${code}${typed.slice(1)}`;
  return typed.startsWith(code) ? e164Prefix(`+${typed}`, country) : `+${code}${typed}`;
}
