import {
  getCountries,
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js';
import { invalid } from './errors.ts';

/**
 * A phone number in E.164, such as `+628123456789`, from any spelling that people of a country use.
 * The numbering plans come from libphonenumber.
 * @param country ISO 3166 code of the clinic's country, for numbers that begin with 0
 * @throws VALIDATION when it is not a possible number
 */
export function e164(text: string, country: string): string {
  const number = parsePhoneNumberFromString(text, country as CountryCode);
  if (!number?.isPossible()) throw invalid('phone', 'This is not a phone number.');
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
  const typed = text.replace(/[\s().-]/g, '');
  if (/^\+\d+$/.test(typed)) return typed;
  if (!/^\d+$/.test(typed)) return undefined;
  const code = parsePhoneNumberFromString('00000000', country as CountryCode)?.countryCallingCode ?? '62';
  if (typed.startsWith('0')) return `+${code}${typed.slice(1)}`;
  return typed.startsWith(code) ? `+${typed}` : `+${code}${typed}`;
}
