// Working hours as people write them. What could mean several things is not read at all.
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** English and Indonesian, whole and shortened. */
const dayNames: Record<string, number> = Object.fromEntries(
  [
    'mon monday sen senin', 'tue tues tuesday sel selasa', 'wed weds wednesday rab rabu', 'thu thur thurs thursday kam kamis',
    'fri friday jum jumat', 'sat saturday sab sabtu', 'sun sunday min minggu ahad',
  ].flatMap((names, index) => names.split(' ').map((name) => [name, index])),
); // prettier-ignore

const everyDay = /^(?:daily|every ?day|setiap hari|tiap hari)\b/;
const closed = /^(?:closed|off|tutup|libur)$/;
const clock = String.raw`(\d{1,2})(?::(\d\d))? ?(am|pm)?`;
const span = new RegExp(`^${clock} ?- ?${clock}$`);

/**
 * One text of `workingHours` as `mon 09:00-12:00`, several where it names several days or times; none where it says
 * that a day is off.
 * @returns undefined when it cannot be read, or leaves open which days or hours are meant
 */
export function readHours(text: string): string[] | undefined {
  const plain = text
    .toLowerCase()
    .replace(/[\u2010-\u2015]|\b(?:to|until|till|sampai|hingga|s\/d|s\.d\.)(?=\W)/g, '-')
    .replace(/jum['\u2019]at/g, 'jumat')
    .replace(/(\d)\.(\d\d)(?!\d)/g, '$1:$2')
    .replace(/\s+/g, ' ')
    .trim();
  const named = daysOf(plain);
  if (!named) return undefined;
  const rest = plain.slice(named.length).replace(/^[\s:,=]+/, '');
  if (closed.test(rest)) return [];
  const spans = rest.split(/ ?(?:,|;|&|\+|\band\b|\bdan\b) ?/).map(spanOf);
  if (spans.some((one) => one === undefined)) return undefined;
  return named.days.flatMap((day) => spans.map((one) => `${days[day]} ${one}`));
}

/** The days that a text begins with, and how much of it names them. */
function daysOf(plain: string): { readonly days: readonly number[]; readonly length: number } | undefined {
  const every = everyDay.exec(plain);
  if (every) return { days: days.map((_, index) => index), length: every[0].length };
  const list = /^[a-z]+(?:(?: ?- ?| ?[,&/] ?| and | dan )[a-z]+)*\.?/.exec(plain);
  if (!list) return undefined;
  const found: number[] = [];
  for (const part of list[0].replace(/\.$/, '').split(/ ?[,&/] ?| and | dan /)) {
    const [from, to = from, more] = part.split(/ ?- ?/).map((name) => dayNames[name]);
    if (from === undefined || to === undefined || more !== undefined) return undefined;
    for (let day = from; ; day = (day + 1) % 7) {
      found.push(day);
      if (day === to) break;
    }
  }
  return { days: found, length: list[0].length };
}

/** `9am - 5 pm` as `09:00-17:00`. Without minutes or am and pm, 9 could be either. */
function spanOf(text: string): string | undefined {
  const [, ...parts] = span.exec(text) ?? [];
  const from = timeOf(parts.slice(0, 3));
  const to = timeOf(parts.slice(3));
  return from && to && from !== '24:00' && from !== to ? `${from}-${to}` : undefined;
}

function timeOf([hour, minutes, half]: readonly (string | undefined)[]): string | undefined {
  if (hour === undefined || (minutes === undefined && half === undefined)) return undefined;
  let hours = Number(hour);
  if (half !== undefined) {
    if (hours < 1 || hours > 12) return undefined;
    hours = (hours % 12) + (half === 'pm' ? 12 : 0);
  }
  const time = `${String(hours).padStart(2, '0')}:${minutes ?? '00'}`;
  return /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/.test(time) ? time : undefined;
}
