/**
 * Weekly hours as people edit them: for each day its spans, and none on a day off. Stored they are lines such as
 * `mon 09:00-12:00`; in a form each day has a box that says whether there are any, and pairs of times.
 */

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/**
 * Two wall-clock times as they are typed, `09:00` or `9.30` or `0930`, empty while nothing is. An end at or before the
 * start is on the next day.
 */
export interface Span {
  from: string;
  to: string;
}
export type Week = Record<Weekday, Span[]>;

/** What is wrong with a day: a time is missing or none, it ends when it begins, or it runs into other hours. */
export type HoursProblem = 'incomplete' | 'empty' | 'overlap';
export type HoursProblems = Partial<Record<Weekday, HoursProblem>>;

/** The most spans that a day can be given: more breaks than anybody takes. */
export const spanLimit = 4;

/** A week made of what each of its days has. */
export function everyDay(spansOf: (day: Weekday) => Span[]): Week {
  const [mon, tue, wed, thu, fri, sat, sun] = weekdays.map(spansOf) as [
    Span[], Span[], Span[], Span[], Span[], Span[], Span[],
  ]; // prettier-ignore
  return { mon, tue, wed, thu, fri, sat, sun };
}

/** Stored hours as a week. Midnight at the end of a day is `00:00`, as clocks have it. */
export function weekOf(hours: readonly string[]): Week {
  return everyDay((day) =>
    hours
      .filter((entry) => entry.startsWith(`${day} `))
      .map((entry) => {
        const [from = '', to = ''] = entry.slice(4).split('-');
        return { from, to: to === '24:00' ? '00:00' : to };
      })
      .sort((a, b) => (a.from < b.from ? -1 : 1)),
  );
}

/** A typed time as data has it, `09:30`; midnight at the end of a day is `00:00`. Undefined for what is no time. */
export function timeOf(typed: string): string | undefined {
  const [, hours = '', minutes = '00'] = /^(\d{1,2})[.: ]?(\d{2})?$/.exec(typed.trim()) ?? [];
  const hour = Number(hours);
  if (!hours || hour > 24 || Number(minutes) > 59 || (hour === 24 && minutes !== '00')) return undefined;
  return `${String(hour % 24).padStart(2, '0')}:${minutes}`;
}

/** A week without problems as it is stored. */
export function hoursOf(week: Week): string[] {
  return weekdays.flatMap((day) =>
    week[day].map(({ from, to }) => {
      const end = timeOf(to) ?? '';
      return `${day} ${timeOf(from) ?? ''}-${end === '00:00' ? '24:00' : end}`;
    }),
  );
}

/**
 * A week as it is sent. Where something is wrong with it, or with what else the API is not told of, it is what no hours
 * are: nothing is done then, and the refusal says what is wrong with the rest of the form.
 */
export const sentHours = (week: Week, isRight: boolean): string[] => (isRight ? hoursOf(week) : ['?']);

/** The week of a form whose fields are `<name>.mon.open`, `<name>.mon.from` and `<name>.mon.to`. */
export function weekIn(form: FormData, name: string): Week {
  const times = (field: string) =>
    form.getAll(field).map((value) => (typeof value === 'string' ? value.trim().slice(0, 20) : ''));
  return everyDay((day) => {
    if (!form.has(`${name}.${day}.open`)) return [];
    const to = times(`${name}.${day}.to`);
    const spans = times(`${name}.${day}.from`).map((from, at) => ({ from, to: to[at] ?? '' }));
    const filled = spans.filter((span) => span.from || span.to).slice(0, spanLimit);
    // A day that is open and has no times is a day that somebody did not finish.
    return filled.length > 0 ? filled : [{ from: '', to: '' }];
  });
}

const dayMinutes = 24 * 60;
const weekMinutes = 7 * dayMinutes;
const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** What is wrong with each day, nights that run into the next day with it; empty when the week can be stored. */
export function problemsOf(week: Week): HoursProblems {
  const problems: HoursProblems = {};
  const taken: { day: Weekday; from: number; to: number }[] = [];
  for (const [at, day] of weekdays.entries())
    for (const span of week[day]) {
      const [from, to] = [timeOf(span.from), timeOf(span.to)];
      if (!from || !to) problems[day] ??= 'incomplete';
      else if (from === to && from !== '00:00') problems[day] ??= 'empty';
      else {
        const begins = at * dayMinutes + minutesOf(from);
        taken.push({ day, from: begins, to: begins + lengthOf({ from, to }) });
      }
    }
  taken.sort((a, b) => a.from - b.from);
  for (const [at, { day, from }] of taken.entries()) {
    const before = taken.at(at - 1);
    // Before the first of the week lies the last of the week before.
    const until = before && before.to - (at === 0 ? weekMinutes : 0);
    if (until !== undefined && from < until && taken.length > 1) problems[day] ??= 'overlap';
  }
  return problems;
}

/** Minutes from one time to another, of the next day where that is not later. */
function lengthOf({ from, to }: Span): number {
  const minutes = minutesOf(to) - minutesOf(from);
  return minutes > 0 ? minutes : minutes + dayMinutes;
}

/** The same day with a break: its last span gives up an hour in its middle, where it is long enough for that. */
export function withBreak(spans: readonly Span[]): Span[] {
  const last = spans.at(-1);
  const [from, to] = [timeOf(last?.from ?? ''), timeOf(last?.to ?? '')];
  const length = from && to ? lengthOf({ from, to }) : 0;
  if (!from || !to || length < 180) return [...spans, { from: '', to: '' }];
  // On a whole hour, as people take breaks: from nine to eight that is one o'clock.
  const middle = Math.floor((minutesOf(from) + length / 2) / 60) * 60 - 60;
  const begins = Math.max(middle, minutesOf(from) + 60);
  return [...spans.slice(0, -1), { from, to: clockOf(begins) }, { from: clockOf(begins + 60), to }];
}

function clockOf(minutes: number): string {
  const within = minutes % dayMinutes;
  return `${String(Math.floor(within / 60)).padStart(2, '0')}:${String(within % 60).padStart(2, '0')}`;
}
