import { getLocale, type Locale } from '#lib/paraglide/runtime.js';
import { grouped } from './phone-groups.ts';

/**
 * Dates, times, money and phones in the form that the reader's language writes them. Every function takes the
 * clinic's time zone or currency: nothing here follows the machine it runs on.
 */

/** English as it is written where a day comes before its month; rupiah are `Rp` in both. */
const tags: Record<Locale, string> = { id: 'id-ID', en: 'en-GB' };

const formats = new Map<string, Intl.DateTimeFormat>();
function dateFormat(options: Intl.DateTimeFormatOptions, locale = getLocale()): Intl.DateTimeFormat {
  const tag = tags[locale];
  const key = tag + JSON.stringify(options);
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(tag, options);
  formats.set(key, made);
  return made;
}

/** What a `Time` shows: the clock, the day, both, or only the name of the day. */
export type TimeStyle = 'time' | 'day' | 'short-day' | 'day-time' | 'weekday' | 'short-weekday' | 'date';

const styles: Record<TimeStyle, Intl.DateTimeFormatOptions> = {
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  'short-day': { weekday: 'short', day: 'numeric', month: 'short' },
  'day-time': {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  },
  weekday: { weekday: 'long' },
  'short-weekday': { weekday: 'short' },
  date: { day: 'numeric', month: 'short', year: 'numeric' },
};

/** An instant as the wall clock and calendar of `zone` show it. */
export const formatTime = (
  instant: Date,
  zone: string,
  style: TimeStyle = 'time',
  locale: Locale = getLocale(),
): string => dateFormat({ ...styles[style], timeZone: zone }, locale).format(instant);

/** A local day such as `2026-11-24`, which is no instant and has no zone. */
export const formatDay = (date: string, style: TimeStyle = 'day'): string =>
  formatTime(new Date(`${date}T00:00:00Z`), 'UTC', style);

/** A wall-clock time as data has it, `09:30`, in the reader's form; also within `09:30-12:00`. */
export const formatClock = (time: string): string =>
  (getLocale() === 'id' ? time.replaceAll(':', '.') : time).replaceAll('-', '–');

const zoneNames: Record<string, string> = {
  'Asia/Jakarta': 'WIB',
  'Asia/Pontianak': 'WIB',
  'Asia/Makassar': 'WITA',
  'Asia/Jayapura': 'WIT',
};

/** WIB, WITA or WIT; elsewhere what the language calls the zone. */
export function zoneName(zone: string, at: Date = new Date()): string {
  const known = zoneNames[zone];
  if (known) return known;
  const parts = dateFormat({ timeZone: zone, timeZoneName: 'short' }).formatToParts(at);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
}

/** Decimals as people use them: the rupiah has a cent on paper and none in any till. */
export const decimals = (currency: string): number =>
  currency === 'IDR'
    ? 0
    : (new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
      2);

/** `amount` is an integer in the currency's smallest unit in use: rupiah, or cents of a dollar. */
export function formatMoney(amount: number, currency = 'IDR', locale: Locale = getLocale()): string {
  const digits = decimals(currency);
  return new Intl.NumberFormat(tags[locale], {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount / 10 ** digits);
}

/** The figures of an amount alone, as they are typed: `1.250.000`, `12,50`. */
export function formatAmount(amount: number, currency = 'IDR'): string {
  const digits = decimals(currency);
  return new Intl.NumberFormat(tags[getLocale()], {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    // Behind three decimals a group of three could be taken for them.
    useGrouping: digits < 3,
  }).format(amount / 10 ** digits);
}

/** What people write before an amount: `Rp`, `¥`. */
export function currencySign(currency: string): string {
  const format = new Intl.NumberFormat(tags[getLocale()], {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  });
  return format.formatToParts(0).find(({ type }) => type === 'currency')?.value ?? currency;
}

/** Minutes as `45 mnt` or `1 jam 15 mnt`; in English `45 mins` or `1 hr 15 mins`. */
export function formatDuration(minutes: number): string {
  const locale = getLocale();
  const unit = (value: number, name: 'hour' | 'minute') =>
    new Intl.NumberFormat(tags[locale], {
      style: 'unit',
      unit: name,
      // The short form of an Indonesian hour is a single letter, which nobody says.
      unitDisplay: locale === 'id' && name === 'hour' ? 'long' : 'short',
    }).format(value);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours > 0 && unit(hours, 'hour'), (rest > 0 || hours === 0) && unit(rest, 'minute')]
    .filter((part) => part !== false)
    .join(' ');
}

/** `+6281234567890` as it is read aloud, `0812-3456-7890`; a foreign number as its country writes it. */
export function formatPhone(e164: string): string {
  if (!e164.startsWith('+62')) return grouped(e164);
  const local = `0${e164.slice(3)}`;
  const [head, ...rest] = [local.slice(0, 4), ...(local.slice(4).match(/\d{1,4}/g) ?? [])];
  const groups =
    rest.length > 1 && (rest.at(-1)?.length ?? 0) < 3
      ? [...rest.slice(0, -2), rest.slice(-2).join('')]
      : rest;
  return [head, ...groups].join('-');
}

/** Two letters for an avatar: of the first and the last name. */
export function initials(name: string): string {
  const words = name
    .split(/\s+/)
    .filter((word) => /^\p{L}/u.test(word) && !/^(dr|drg|ny|tn|mrs?|ms)\.?$/iu.test(word));
  const [first, last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return `${first?.[0] ?? ''}${last?.[0] ?? ''}`.toLocaleUpperCase('id') || '?';
}

/** A part of one as whole percent: `62%`. */
export const formatShare = (share: number): string =>
  new Intl.NumberFormat(tags[getLocale()], { style: 'percent' }).format(share);

export const formatNumber = (value: number): string => new Intl.NumberFormat(tags[getLocale()]).format(value);

const days = new Map<string, Intl.DateTimeFormat>();

/** The day of an instant in a zone as data has it: `2026-11-24`. */
export function localDay(instant: Date, zone: string): string {
  let format = days.get(zone);
  if (!format) {
    // Swedish writes dates as ISO 8601 does.
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
    days.set(zone, format);
  }
  return format.format(instant);
}
