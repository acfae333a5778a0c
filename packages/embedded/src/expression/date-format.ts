import { showValue } from '../bson/show.ts';
import { fail } from '../errors.ts';
import { isNullish, type Value } from '../bson/types.ts';
import { typeName } from './arguments.ts';
import { assemble, monthNames, type Parts } from './date-parts.ts';
import { ZONE, zoneOf } from './zone-text.ts';
import { localAt, UTC, weekYearOf, yearOf, type Local, type Zone } from './zones.ts';

/** The format strings of $dateToString and $dateFromString. */

interface Specifier {
  show: (local: Local) => string;
  /** What it matches in a text, and what that says. Without it a text cannot be read with it. */
  read?: [pattern: string, said: (text: string) => Parts];
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0');
const year = (value: number): string =>
  value < 0 || value > 9999
    ? fail(
        18537,
        `Could not convert date to string: date component was outside the supported range of 0-9999: ${value}`,
      )
    : pad(value, 4);

export const sundayWeek = ({ time }: Local): number =>
  Math.floor((time.dayOfYear + 6 - (time.dayOfWeek % 7)) / 7);

const sign = (offset: number): string => (offset < 0 ? '-' : '+');
const hoursAndMinutes = ({ offset }: Local): string => {
  const minutes = Math.trunc(Math.abs(offset));
  return sign(offset) + pad(Math.floor(minutes / 60), 2) + pad(minutes % 60, 2);
};

const number =
  (field: keyof Parts) =>
  (text: string): Parts => ({ [field]: Number(text) });
const month = (text: string): Parts => ({
  month: monthNames.findIndex((name) => name.startsWith(text.toLowerCase())) + 1,
});
const monthPattern = monthNames.map((name) => `${name}|${name.slice(0, 3)}`).join('|');
const capital = (name = ''): string => name.charAt(0).toUpperCase() + name.slice(1);

const specifiers: Record<string, Specifier> = {
  Y: { show: (local) => year(yearOf(local)), read: ['\\d{4}', number('year')] },
  m: { show: ({ time }) => pad(time.month, 2), read: ['\\d{1,2}', number('month')] },
  d: { show: ({ time }) => pad(time.day, 2), read: ['\\d{1,2}', number('day')] },
  H: { show: ({ time }) => pad(time.hour, 2), read: ['\\d{1,2}', number('hour')] },
  M: { show: ({ time }) => pad(time.minute, 2), read: ['\\d{2}', number('minute')] },
  S: { show: ({ time }) => pad(time.second, 2), read: ['\\d{2}', number('second')] },
  L: {
    show: ({ time }) => pad(time.millisecond, 3),
    read: ['\\d{1,3}', (text) => ({ millisecond: Number(text.padEnd(3, '0')) })],
  },
  j: {
    show: ({ time }) => pad(time.dayOfYear, 3),
    // MongoDB counts from 1 where it writes, and from 0 where it reads.
    read: ['\\d{1,3}', (text) => ({ dayOfYear: Number(text) + 1 })],
  },
  G: { show: (local) => year(weekYearOf(local)), read: ['\\d{1,4}', number('isoWeekYear')] },
  V: { show: ({ time }) => pad(time.weekOfYear ?? 0, 2), read: ['\\d{1,2}', number('isoWeek')] },
  u: { show: ({ time }) => String(time.dayOfWeek), read: ['\\d', number('isoDayOfWeek')] },
  z: {
    show: hoursAndMinutes,
    read: [`\\s*${ZONE}`, (text) => ({ zone: zoneOf(text) })],
  },
  Z: {
    show: ({ offset }) => String(Math.trunc(offset)),
    read: ['[+-]\\d{1,4}', (text) => ({ zone: Number(text) })],
  },
  b: { show: ({ time }) => capital(monthNames[time.month - 1]).slice(0, 3), read: [monthPattern, month] },
  B: { show: ({ time }) => capital(monthNames[time.month - 1]), read: [monthPattern, month] },
  '%': { show: () => '%', read: ['%', () => ({})] },
  w: { show: ({ time }) => String((time.dayOfWeek % 7) + 1) },
  U: { show: (local) => pad(sundayWeek(local), 2) },
};

/** A format as literal texts and specifiers. */
function parse(format: string, reading: boolean): (string | Specifier)[] {
  return (format.match(/%.?|[^%]+/gsu) ?? []).map((part) => {
    if (!part.startsWith('%')) return part;
    if (part === '%') return fail(18535, "Unmatched '%' at end of format string");
    const found = Object.hasOwn(specifiers, part.slice(1)) ? specifiers[part.slice(1)] : undefined;
    return found && (!reading || found.read)
      ? found
      : fail(18536, `Invalid format character '${part}' in format string`);
  });
}

/** A format that is one; undefined for null and missing. */
export function formatOf(
  value: Value | undefined,
  name: string,
  code: number,
  reading: boolean,
): string | undefined {
  if (isNullish(value)) return undefined;
  if (typeof value !== 'string')
    return fail(
      code,
      `${name} requires that 'format' be a string, found: ${typeName(value)} with value ${showValue(value)}`,
    );
  parse(value, reading);
  return value;
}

export const formatDate = (local: Local, format: string): string =>
  parse(format, false)
    .map((part) => (typeof part === 'string' ? part : part.show(local)))
    .join('');

export const isoText = (date: Date, zone: Zone = UTC): string =>
  formatDate(localAt(date, zone), `%Y-%m-%dT%H:%M:%S.%L${zone === UTC ? 'Z' : ''}`);

export function readDate(text: string, format: string, zone: Zone): Date {
  const parts = parse(format, true);
  const readers = parts.flatMap((part) => (typeof part === 'string' || !part.read ? [] : [part.read]));
  const pattern = parts.map((part) =>
    typeof part === 'string' ? part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&') : `(${part.read?.[0] ?? ''})`,
  );
  const match = new RegExp(`^${pattern.join('')}$`, 'i').exec(text);
  if (!match)
    return fail(241, `Error parsing date string '${text}'; it does not match the format '${format}'`);
  const said = readers.reduce<Parts>((all, [, read], at) => ({ ...all, ...read(match[at + 1] ?? '') }), {});
  return assemble(text, said, zone);
}
