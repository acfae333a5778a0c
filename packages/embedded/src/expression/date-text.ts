import { fail } from '../errors.ts';
import { assemble, monthNames, type Parts } from './date-parts.ts';
import { ZONE, zoneOf } from './zone-text.ts';
import { UTC, type Zone } from './zones.ts';

/** Dates in the usual ways of writing them, where no format says how. */

const month = `(${monthNames.map((name) => `${name}|${name.slice(0, 3)}`).join('|')}|sept)`;
const monthOf = (text = ''): number =>
  monthNames.findIndex((name) => name.startsWith(text.toLowerCase())) + 1;
const ordinal = '(?:st|nd|rd|th)?';
const date = (year?: string, monthText?: string, day?: string): Parts => ({
  ...(year === undefined ? {} : { year: Number(year) }),
  month: /^\d/.test(monthText ?? '') ? Number(monthText) : monthOf(monthText),
  day: Number(day ?? 1),
});
/** A year of two digits. */
const century = (year = ''): string => `${Number(year) < 70 ? 20 : 19}${year}`;
const time = (hour?: string, minute = '0', second = '0', fraction = '', half = ''): Parts => ({
  hour: half ? (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0) : Number(hour),
  minute: Number(minute),
  second: Number(second),
  millisecond: Number(fraction.slice(0, 3).padEnd(3, '0')),
});

const week = (year?: string, number?: string, day = '1'): Parts => ({
  isoWeekYear: Number(year),
  isoWeek: Number(number),
  isoDayOfWeek: Number(day),
});
const weekday = (name = ''): Parts => ({
  weekday: ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'].indexOf(name.slice(0, 2).toLowerCase()) + 1,
});

type Said = (...groups: (string | undefined)[]) => Parts;
const token = (pattern: string, said: Said): [RegExp, Said] => [
  new RegExp(`(?:${pattern})(?!\\d)`, 'iy'),
  said,
];

/** In the order in which they are tried where the text goes on. */
const tokens = [
  token('([-+]\\d{4,19})-(\\d\\d)-(\\d\\d)', (y, m, d) => date(y, m, d)),
  token('(\\d{4})([-/])(\\d{1,2})\\2(\\d{1,2})', (y, _, m, d) => date(y, m, d)),
  token('(\\d{4})(\\d\\d)(\\d\\d)', (y, m, d) => date(y, m, d)),
  token('(\\d{4}):(\\d\\d):(\\d\\d)(?= \\d\\d:)', (y, m, d) => date(y, m, d)),
  token(`(\\d{4})-${month}-(\\d{1,2})`, (y, m, d) => date(y, m, d)),
  token('(\\d{4})-?W(\\d\\d)(?:-?([1-7]))?', week),
  token('(\\d{4})[-.]?(\\d{3})', (y, d) => ({ year: Number(y), dayOfYear: Number(d) })),
  token('(\\d{4})-(\\d{1,2})', (y, m) => date(y, m)),
  token('(\\d{1,2})/(\\d{1,2})/(\\d{4})', (m, d, y) => date(y, m, d)),
  token('(\\d{1,2})/(\\d{1,2})/(\\d{2})', (m, d, y) => date(century(y), m, d)),
  token('(\\d{1,2})([-.])(\\d{1,2})\\2(\\d{4})', (d, _, m, y) => date(y, m, d)),
  token(`(\\d{1,2})${ordinal}[ .\\t-]*${month}[ .,\\t-]*(\\d{4})`, (d, m, y) => date(y, m, d)),
  token(`${month}[ .\\t-]*(\\d{1,2})${ordinal}[ .,\\t]+(\\d{4})`, (m, d, y) => date(y, m, d)),
  token(`${month}-(\\d\\d)-(\\d{4})`, (m, d, y) => date(y, m, d)),
  token(`(\\d{1,2})-${month}-(\\d\\d)`, (d, m, y) => date(century(y), m, d)),
  token(`${month}[ .,\\t-]*(\\d{4})`, (m, y) => date(y, m)),
  token(`(\\d{1,2})${ordinal}[ .\\t-]*${month}`, (d, m) => date(undefined, m, d)),
  token(`${month}[ .\\t-]*(\\d{1,2})${ordinal}`, (m, d) => date(undefined, m, d)),
  token(
    't?([01]?\\d|2[0-4])[:.]([0-5]?\\d)(?:[:.]([0-5]?\\d)(?:\\.(\\d{1,9}))?)?(?:\\s*([ap])\\.?m\\.?)?',
    time,
  ),
  token('(\\d{1,2})\\.(\\d{1,2})\\.(\\d\\d)', (d, m, y) => date(century(y), m, d)),
  token('t(\\d{2})(\\d\\d)(\\d\\d)?', time),
  token('t(\\d{1,2})', time),
  token('(\\d{1,2})\\s*([ap])\\.?m\\.?', (hour, half) => time(hour, '0', '0', '', half)),
  token('(noon|midnight)\\b', (word = '') => time(/^n/i.test(word) ? '12' : '0')),
  token(`(${ZONE})`, (text = '') => ({ zone: zoneOf(text) })),
  token('(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\\b', weekday),
  token('(\\d{4})$', (year) => ({ year: Number(year) })),
];

/** A text as a date; what cannot be understood is an error that `onError` stands in for. */
export function parseDate(text: string, zone: Zone = UTC): Date {
  const parts: Parts = {};
  let at = 0;
  while (at < text.length) {
    if (/[\0\t-\r \u00a0,.]/.test(text[at] as string)) {
      at++;
      continue;
    }
    const said = next(text, at);
    for (const name of Object.keys(said.parts))
      if (name in parts) fail(241, `Error parsing date string '${text}'; it says its ${name} twice`);
    Object.assign(parts, said.parts);
    at = said.end;
  }
  return assemble(text, parts, zone);
}

function next(text: string, at: number): { parts: Parts; end: number } {
  for (const [pattern, said] of tokens) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { parts: said(...match.slice(1)), end: pattern.lastIndex };
  }
  return fail(241, `Error parsing date string '${text}'; '${text.slice(at)}' is not understood`);
}
