import { offsetOf, UTC, type Zone } from './zones.ts';

/** Hours from UTC of what is written for a zone in dates; the letters are those of ships and aircraft. */
const hours: Record<string, number> = {
  ...{ WET: 0, WEST: 1, BST: 1, CET: 1, CEST: 2, EET: 2, EEST: 3, MSK: 3 },
  ...{ EST: -5, EDT: -4, CST: -6, CDT: -5, MST: -7, MDT: -6, PST: -8, PDT: -7 },
  ...Object.fromEntries([...'ABCDEFGHIKLM'].map((letter, at) => [letter, at + 1])),
  ...Object.fromEntries([...'NOPQRSTUVWXY'].map((letter, at) => [letter, -at - 1])),
};
const universal = ['UTC', 'GMT', 'Z'];

const offset = '(?:GMT|UTC)?[+-](?:(?:[01]?\\d|2[0-4]):?[0-5]\\d|\\d{1,2})';

/** How a zone is written in a date, as a part of a regular expression that does not look at case. */
export const ZONE = `(?:${offset}|(?:${[...universal, ...Object.keys(hours)].join('|')})(?![a-z]))`;

/** The zone that a text of this form means. */
export function zoneOf(text: string): Zone {
  const [, sign, hour, minute] = /([+-])(\d{1,2}?):?(\d\d)?$/.exec(text) ?? [];
  if (sign) return offsetOf(sign, hour, minute);
  const name = text.trim().toUpperCase();
  return universal.includes(name) ? UTC : (hours[name] ?? 0) * 60;
}
