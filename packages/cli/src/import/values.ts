// What clinics write into cells, as what core takes. Days come before months, as Indonesia writes them.
import { refusal } from './refusal.ts';

/** The text of a cell; `="0812"`, by which spreadsheets keep a leading zero, is 0812. */
export function textOf(field: string, cell: string): string {
  const text = (/^="([^"]*)"$/.exec(cell.trim())?.[1] ?? cell).trim();
  if (/^#(#+|(REF|VALUE|DIV\/0|NUM|NULL|SPILL|CALC)!|NAME\?|N\/A)$/.test(text)) {
    throw refusal(field, `The spreadsheet shows ${text} here. Mend it, or make its column wider, and save it again.`); // prettier-ignore
  }
  if (!/^[=@]|^[+-](?![\d\s(])/.test(text)) return text;
  throw refusal(field, 'This begins like a formula. Put in what it should say.');
}

/** A phone number as it was typed, or with the decimals of a number; whether it is one is for the server to say. */
export function phoneOf(field: string, text: string): string {
  if (/^\+?\d+([.,]\d+)?\s*e\s*\+?\d+$/i.test(text)) {
    throw refusal(
      field,
      'The spreadsheet has rounded this number. Make the column text and put it in again.',
    );
  }
  if (text.length > 30) throw refusal(field, 'This is more than one phone number. Leave one of them.');
  return text.replace(/^'/, '').replace(/^(\d{7,})[.,]0+$/, '$1');
}

/**
 * An amount in the smallest unit of the clinic's currency: `Rp 250.000`, `250,000.00`, `250000`; where it has decimals
 * `25`, `$25.50` and `1.250,50` too.
 */
export function amountOf(field: string, text: string, currency: string): number {
  const bare = text.replace(currency, '').replace(/^(rp\.?|idr|[A-Z]{0,2}\p{Sc})/iu, '').replace(/\s|,-$/g, ''); // prettier-ignore
  const digits = decimalsOf(currency);
  // Where three places are decimals, a group of three could be taken for them.
  const figures =
    digits > 2
      ? /^(\d+)(?:[.,](\d{1,3}))?$/
      : /^(\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+|\d+)(?:[.,](\d{1,2}))?$/;
  const [, whole, part = ''] = figures.exec(bare) ?? [];
  if (whole === undefined || (digits === 0 && Number(part) > 0)) {
    const says = currency === 'IDR' ? 'no price in whole rupiah. Write 250000, or Rp 250.000' : `no price in ${currency}. Write ${digits > 0 ? '25.50' : '250000'}`; // prettier-ignore
    throw refusal(field, `"${text}" is ${says}`);
  }
  return Number(whole.replace(/[.,]/g, '') + part.padEnd(digits, '0').slice(0, digits));
}

/** Decimals as people use them: the rupiah has a cent on paper and none in any till. */
const decimalsOf = (currency: string): number =>
  currency === 'IDR'
    ? 0
    : (new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
      2);

/** Minutes: `60`, `60 menit`, `1 jam`, `1 jam 30 menit`, `1:30`, `1:30:00`. */
export function minutesOf(field: string, text: string): number {
  const pattern = /^(?:(\d+)\s*(?:jam|j|hours?|h|:)\s*)?(?:(\d+)\s*(?:menit|mnt|minutes?|mins?|m|')?)?$/i;
  const bare = text.replace(/^(\d+:\d\d):00$/, '$1').replace(/^(\d+)[.,]0+$/, '$1');
  const [, hours, minutes] = pattern.exec(bare) ?? [];
  if (hours === undefined && minutes === undefined)
    throw refusal(field, `"${text}" is no duration. Write 90, or 1 jam 30 menit.`);
  return Number(hours ?? 0) * 60 + Number(minutes ?? 0);
}

const months = [
  /^jan/i, /^[fp]eb/i, /^mar/i, /^apr/i, /^(mei|may)/i, /^jun/i,
  /^jul/i, /^a(gu|gt|gs|ug)/i, /^sep/i, /^[o](k|c)t/i, /^no[vp]/i, /^de[sc]/i,
]; // prettier-ignore

/**
 * A local day: `24/11/2026`, `24-11-2026`, `2026-11-24`, `24 November 2026`, `Selasa, 24 November 2026`, and with the
 * midnight that programs write behind a day.
 */
export function dayOf(field: string, text: string): string {
  if (/^\d{5}([.,]\d+)?$/.test(text)) {
    throw refusal(field, 'This is how a spreadsheet counts days. Make the column a date and save it again.');
  }
  const bare = text
    .replace(/[ T]0?0[:.]00([:.]00(\.0+)?)?Z?$/, '')
    .replace(/^(?!\d)\p{L}+['’]?\p{L}*,?\s+/u, '');
  const iso = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})$/.exec(bare);
  const local = /^(\d{1,2})[-/. ](\d{1,2}|\p{L}+)[-/. ](\d{4})$/u.exec(bare);
  const [year, month, day] = iso ? iso.slice(1) : (local?.slice(1).toReversed() ?? []);
  const number = /^\d+$/.test(month ?? '')
    ? Number(month)
    : months.findIndex((one) => one.test(month ?? '')) + 1;
  const date = `${year}-${String(number).padStart(2, '0')}-${(day ?? '').padStart(2, '0')}`;
  const at = new Date(`${date}T00:00:00Z`);
  if (!Number.isNaN(at.getTime()) && at.toISOString().startsWith(date)) return date;
  throw refusal(field, `"${text}" is no day. Write 24/11/2026, the day before the month.`);
}

/** A local time: `9:30`, `09.30`, `2:30 PM`, `10:00 WIB`. */
export function timeOf(field: string, text: string): string {
  const [, hours, minutes, half] =
    /^(\d{1,2})[:.](\d\d)(?:[:.]00)?\s*(am|pm)?(?:\s*wi(?:b|ta|t))?$/i.exec(text) ?? [];
  const hour = half ? (Number(hours) % 12) + (/pm/i.test(half) ? 12 : 0) : Number(hours);
  if (!(hour < 24 && Number(minutes) < 60)) throw refusal(field, `"${text}" is no time. Write 14:30.`);
  return `${String(hour).padStart(2, '0')}:${minutes}`;
}

/** Several things in one cell: `Laser, Facial`. */
export function listOf(text: string): string[] {
  return text.split(/[,;|\n]/).map((one) => one.trim()).filter(Boolean); // prettier-ignore
}

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const dayNames = [
  /^(mon|sen)/i, /^(tue|sel)/i, /^(wed|rab)/i, /^(thu|kam)/i, /^(fri|jum)/i, /^sat|^sab/i, /^(sun|min|ahad)/i,
]; // prettier-ignore

/**
 * Weekly hours: `Senin-Jumat 09.00-17.00; Sabtu 09:00-13:00`. Hours behind a comma are of the days before it, with a
 * break between them: `Senin-Sabtu 09.00-12.00, 13.00-18.00`.
 */
export function weeklyHoursOf(field: string, text: string): string[] {
  let named: readonly string[] = [];
  return text.split(/[;|\n,&]/).filter((one) => one.trim() !== '').flatMap((one) => {
    const [, said = '', start = '', end = ''] =
      /^\s*(\P{N}*?)\s*:?\s*(\d{1,2}[:.]\d\d)\s*(?:[-–]|s\/d|sd|sampai|to)\s*(\d{1,2}[:.]\d\d)\s*$/iu.exec(one) ?? [];
    named = said === '' ? named : daysOf(said);
    if (end === '' || named.length === 0) {
      throw refusal(field, `"${one.trim()}" are no hours. Write Senin-Jumat 09:00-17:00; Sabtu 09:00-13:00`);
    }
    return named.map((day) => `${day} ${clock(start)}-${clock(end)}`);
  }); // prettier-ignore
}

/** The days of `Senin`, `Senin-Jumat`, `setiap hari`; none when it names none. */
function daysOf(text: string): readonly string[] {
  if (/^((setiap|tiap) hari|every ?day|daily)$/i.test(text)) return days;
  const [, from = '', to = from] =
    /^(\p{L}+)(?:\s*(?:-|–|s\/d|sd|sampai|to)\s*(\p{L}+))?$/iu.exec(text) ?? [];
  const [first = -1, last = -1] = [from, to].map((name) => dayNames.findIndex((day) => day.test(name)));
  return first < 0 || last < first ? [] : days.slice(first, last + 1);
}

function clock(time: string): string {
  return time.replace('.', ':').padStart(5, '0');
}
