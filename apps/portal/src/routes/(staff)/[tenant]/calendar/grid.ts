// The calendar as arithmetic: which hours are shown, what lies where in them, and what is free. Everything is counted
// in instants, so that a day of 23 or 25 hours and a night past midnight are as long as they are.
import type { BoardBooking } from '@paper-circe/api/shared';
import { newest } from '#lib/newest.ts';
import { rowOf, type Row } from '../board/row.ts';

/** UTC milliseconds, the end not included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A booking as the calendar holds it. */
export interface Entry extends Row {
  readonly treatmentId: BoardBooking['treatmentId'];
  readonly bufferBeforeMin: number;
  readonly bufferAfterMin: number;
}

export function entryOf(booking: BoardBooking & { readonly notes?: string }): Entry {
  const { treatmentId, bufferBeforeMin, bufferAfterMin } = booking;
  return { ...rowOf(booking), treatmentId, bufferBeforeMin, bufferAfterMin };
}

/** A local day: from midnight to midnight, or to the end of the night that begins on it. */
export interface Day extends Span {
  readonly date: string;
  /** Where the next day begins. */
  readonly midnight: number;
  /** When the clinic is open. */
  readonly open: readonly Span[];
}

/** What one staff member does on a day. */
export interface Shift {
  readonly staffId: string;
  readonly date: string;
  /** When patients can be with them: their hours while the clinic is open. */
  readonly work: readonly Span[];
  readonly isAway: boolean;
}

const minute = 60_000;
const hourMs = 60 * minute;
const slotMs = 30 * minute;
/** Too short to be offered as a free time. */
const crumbMs = 10 * minute;

export const overlaps = (a: Span, b: Span) => a.from < b.to && b.from < a.to;

/** The time of a booking without its buffers. */
export const timeOf = ({ startAt, endAt }: Pick<Entry, 'startAt' | 'endAt'>): Span => ({
  from: startAt.getTime(),
  to: endAt.getTime(),
});

/** The time that nobody else can have: none of one that is over or called off. */
export const isHeld = ({ status }: Pick<Entry, 'status'>) => status === 'pending' || status === 'confirmed';

/** The bookings after what was heard since they were read: of each the newer revision, and none that was cancelled. */
export const latest = (read: readonly Entry[], heard: Iterable<Entry>): Entry[] =>
  newest(read, heard).filter(({ status }) => status !== 'cancelled');

/** The hours of a day that are shown. */
export interface Hours extends Span {
  /** When each hour begins. */
  readonly marks: readonly number[];
}

/**
 * The hours of some days that hold everything in them: each begins at the same hour of the clock and is as long.
 * @param busy what happens on a day: shifts and bookings
 * @param hourAt the hour of the clinic's clock at an instant
 */
export function hoursOf(
  days: readonly Day[],
  busy: (day: Day) => readonly Span[],
  hourAt: (instant: number) => number,
): Map<string, Hours> {
  const marksOf = (day: Span, count: number) =>
    Array.from({ length: count }, (_, index) => day.from + index * hourMs);
  const spans = new Map(days.map((day) => [day.date, busy(day).filter((span) => overlaps(span, day))]));
  const first = Math.min(
    ...days.flatMap((day) =>
      (spans.get(day.date) ?? [])
        .filter(({ from }) => from < day.midnight)
        .map(({ from }) => (from <= day.from ? 0 : hourAt(from))),
    ),
  );
  const opening = Number.isFinite(first) ? first : 9;
  const starts = new Map(
    days.map((day) => [day.date, marksOf(day, 24).find((mark) => hourAt(mark) >= opening) ?? day.from]),
  );
  const count = Math.max(
    Number.isFinite(first) ? 1 : 8,
    ...days.flatMap(({ date }) =>
      (spans.get(date) ?? []).map(({ to }) => Math.ceil((to - (starts.get(date) ?? 0)) / hourMs)),
    ),
  );
  return new Map(
    days.map(({ date }) => {
      const from = starts.get(date) ?? 0;
      // As far as timescale.css counts.
      const marks = marksOf({ from, to: from }, Math.min(count, 30));
      return [date, { from, to: from + marks.length * hourMs, marks }];
    }),
  );
}

/** Why nobody can be booked in a part of a day. */
export type Absence = 'closed' | 'off' | 'break' | 'away';

/** The parts of some hours in which somebody does not work, and why not. */
export function absences({ from, to }: Span, { work, isAway }: Shift, open: readonly Span[]) {
  const gaps: (Span & { readonly kind: Absence })[] = [];
  let at = from;
  const add = (until: number, inside: boolean) => {
    const gap = { from: at, to: Math.min(until, to) };
    if (gap.from >= gap.to) return;
    const kind = isAway
      ? 'away'
      : inside
        ? 'break'
        : open.some((span) => overlaps(span, gap))
          ? 'off'
          : 'closed';
    gaps.push({ ...gap, kind });
  };
  for (const [index, span] of work.entries()) {
    add(span.from, index > 0 && span.from - at <= 4 * hourMs);
    at = Math.max(at, span.to);
  }
  add(to, false);
  return gaps;
}

/** The times of a shift that can still be booked, in pieces of at most half an hour that end on the half hour. */
export function freeTimes(hours: Span, { work }: Shift, own: readonly Entry[], now: number): Span[] {
  const taken = own
    .filter(isHeld)
    .map((entry) => ({
      from: entry.startAt.getTime() - entry.bufferBeforeMin * minute,
      to: entry.endAt.getTime() + entry.bufferAfterMin * minute,
    }))
    .sort((a, b) => a.from - b.from);
  const free: Span[] = [];
  for (const span of work) {
    let at = Math.max(span.from, hours.from, Math.ceil(now / (5 * minute)) * 5 * minute);
    for (const { from, to } of [...taken, { from: Infinity, to: Infinity }]) {
      for (const until = Math.min(from, span.to, hours.to); at < until;) {
        const next = Math.min(until, hours.from + (Math.floor((at - hours.from) / slotMs) + 1) * slotMs);
        if (next - at >= crumbMs) free.push({ from: at, to: next });
        at = next;
      }
      at = Math.max(at, to);
    }
  }
  return free;
}

/** As many bookings at one time are told apart side by side. */
const mostLanes = 4;

/** Bookings side by side where they overlap: each with its lane, and how many there are where it lies. */
export function inLanes<One extends Pick<Entry, 'startAt' | 'endAt'>>(entries: readonly One[]) {
  const placed: { entry: One; lane: number; lanes: number }[] = [];
  let group: (typeof placed)[number][] = [];
  let until = -Infinity;
  let ends: number[] = [];
  const close = () => {
    for (const one of group) one.lanes = ends.length;
    placed.push(...group);
  };
  for (const entry of entries.toSorted((a, b) => a.startAt.getTime() - b.startAt.getTime())) {
    const { from, to } = timeOf(entry);
    if (from >= until) {
      close();
      [group, ends, until] = [[], [], -Infinity];
    }
    const freed = ends.findIndex((end) => end <= from);
    const lane = freed >= 0 ? freed : Math.min(ends.length, mostLanes - 1);
    ends[lane] = Math.max(to, ends[lane] ?? 0);
    until = Math.max(until, to);
    group.push({ entry, lane, lanes: 1 });
  }
  close();
  return placed;
}

/** The greatest step of the clock that is easy to aim at and keeps to the clinic's grid, in minutes. */
export const stepFor = (gridMin: number): number => [15, 10].find((step) => gridMin % step === 0) ?? 5;

/** The next or the last step of a day before or after an instant, which may lie between two. */
export function stepped(at: number, midnight: number, stepMin: number, steps: 1 | -1): number {
  const step = stepMin * minute;
  const count = (at - midnight) / step;
  return midnight + (steps > 0 ? Math.floor(count) + 1 : Math.ceil(count) - 1) * step;
}

/** Whether somebody at the desk can move it. */
export const canMove = (entry: Entry): boolean => isHeld(entry) && !entry.startedAt;

/** Whether it can be made longer or shorter: also while it is done. */
export const canLast: (entry: Entry) => boolean = isHeld;

/** An end is put to the minutes that times are placed by. */
export const endStepMin = 5;

/** As documented for a treatment. */
const [shortest, longest] = [15 * minute, 480 * minute];

/** The end of a booking, no nearer to its start and no further from it than a treatment lasts. */
export const endWithin = ({ startAt }: Pick<Entry, 'startAt'>, end: number): Date =>
  new Date(Math.min(startAt.getTime() + longest, Math.max(startAt.getTime() + shortest, end)));

/** Which treatment of how many of its visit a booking is, by its id; none of a visit of one. */
export function stepsOf(entries: readonly Entry[]) {
  const steps = new Map<string, { readonly n: number; readonly count: number }>();
  const visits = Map.groupBy(entries, ({ visitId }) => visitId);
  for (const [visitId, visit] of visits) {
    if (!visitId || visit.length < 2) continue;
    const inOrder = visit.toSorted((a, b) => a.startAt.getTime() - b.startAt.getTime());
    for (const [index, { id }] of inOrder.entries()) steps.set(id, { n: index + 1, count: visit.length });
  }
  return steps;
}
