// A day at the desk, as arithmetic: what a booking needs next, how a day adds up, who waits for whom.
// Nothing here knows a server or a page.
import type { availability, QueueEntry } from '@paper-circe/api/shared';
import { comesFor } from '#lib/in-visit.ts';
import { canUndo } from '#lib/undoable.ts';
import { balanceOf, owedOf, stageOf, type Row, type Stage } from './row.ts';

export type Method = Row['payments'][number]['method'];

export const acts = [
  'confirm',
  'arrive',
  'call',
  'skip',
  'start',
  'complete',
  'pay',
  'cancel',
  'noShow',
  'undo',
] as const;
export type Act = (typeof acts)[number];

/** What an act needs to know beside the booking. */
export interface Payment {
  readonly method?: Method | undefined;
  /** In the currency's smallest unit; the whole balance when it is left out. */
  readonly amount?: number | undefined;
}

const minute = 60_000;

/** How long before an appointment its patient is awaited. */
const nearMs = 60 * minute;

/** Everything that can be done with a booking now, the next sensible act first. */
export function actsOf(row: Row, now: Date, today: string): Act[] {
  const { status, source, arrivedAt, calledAt, startedAt, startAt, endAt, localDate } = row;
  const open: Act[] = [];
  if (status === 'pending') open.push('confirm');
  if (status === 'confirmed') {
    if (source === 'walk-in' && !calledAt && !startedAt) open.push('call');
    if (localDate <= today) {
      const comes = source !== 'walk-in' && !arrivedAt && !startedAt && (localDate === today || endAt > now);
      const isNear = endAt > now && startAt.getTime() - now.getTime() <= nearMs;
      // Whoever is expected arrives, and whoever is here begins, however late; once the time of one who was not seen is
      // over what remains is to close it.
      if (comes && isNear) open.push('arrive');
      if (startedAt) open.push('complete');
      else if (source === 'walk-in' || arrivedAt || endAt > now) open.push('start', 'complete');
      else open.push('complete', 'start');
      if (comes && !isNear) open.push('arrive');
    }
    if (calledAt && !startedAt) open.push('skip');
  }
  if (status !== 'cancelled' && status !== 'no-show' && balanceOf(row) > 0) open.push('pay');
  if (status === 'pending' || status === 'confirmed') {
    open.push('cancel');
    if (startAt <= now) open.push('noShow');
  }
  if (canUndo(row, now)) open.push('undo');
  return open;
}

const isNext = new Set<Act>(['confirm', 'arrive', 'call', 'start', 'complete']);

/** The one act that Enter does: none while the patient is busy with another treatment of the visit. */
export function nextAct(row: Row, now: Date, today: string): Act | undefined {
  if (row.follows && row.status === 'confirmed') return undefined;
  const [first] = actsOf(row, now, today);
  return first && isNext.has(first) ? first : undefined;
}

/** Whether somebody should look at it now, rather than later today. */
export function isDue(row: Row, now: Date): boolean {
  const stage = stageOf(row);
  if (stage === 'waiting' || stage === 'treatment') return true;
  return stage === 'coming' && !row.follows && row.startAt.getTime() - now.getTime() < 15 * minute;
}

/**
 * Minutes that an appointment is late to begin; undefined when it is not, or when its time is over altogether. Whoever
 * is booked into a time that has begun is late only some minutes after that was done. Nobody is late for what comes
 * after another treatment of his.
 */
export function lateMin(row: Row, now: Date): number | undefined {
  if (stageOf(row) !== 'coming' || row.follows || row.endAt <= now) return undefined;
  const since = Math.max(row.startAt.getTime(), row.createdAt.getTime());
  const late = Math.floor((now.getTime() - since) / minute);
  return late >= 5 ? late : undefined;
}

/** Whether its time is over and nobody has said what became of it; a walk-in who waits was promised no time. */
export const isOverdue = (row: Row, now: Date): boolean => {
  const stage = stageOf(row);
  const isOpen = stage === 'coming' || stage === 'treatment' || (stage === 'waiting' && !!row.arrivedAt);
  return row.endAt <= now && isOpen && !row.follows;
};

/**
 * What else a patient comes for, who arrives for one step of a visit, begins with it or has done it: what waits for him
 * of it at once, also what is confirmed by it. Who closes it afterwards says nothing of what was over an hour before.
 */
export function arrivingWith(one: Row, rows: readonly Row[], act: Act, now: Date): Row[] {
  const { visitId } = one;
  if (!visitId || !['arrive', 'start', 'complete'].includes(act)) return [];
  const visit = rows.filter((other) => other.visitId === visitId);
  return comesFor(one, visit).filter(
    (other) =>
      !other.arrivedAt && stageOf(other) === 'coming' && (act !== 'complete' || +now - +other.endAt < nearMs),
  );
}

/**
 * What an act will most likely have done, shown until the answer is there; it can be undone at once. What it was before
 * that is for the server to say.
 */
export function predicted(row: Row, act: Exclude<Act, 'undo'>, payment: Payment, now: Date): Partial<Row> {
  return { ...outcome(row, act, payment, now), last: { action: act, at: now } };
}

function outcome(row: Row, act: Exclude<Act, 'undo'>, { amount }: Payment, now: Date): Partial<Row> {
  switch (act) {
    case 'confirm':
      return { status: 'confirmed' };
    case 'arrive':
      return { status: 'confirmed', arrivedAt: now };
    case 'call':
      return { calledAt: now, skippedAt: undefined };
    case 'skip':
      return { calledAt: undefined, skippedAt: now };
    case 'start':
      return { startedAt: now };
    case 'complete':
      return {
        status: 'completed',
        paymentStatus: 'paid',
        paymentAmount: Math.max(row.price, row.paymentAmount ?? 0),
      };
    case 'pay': {
      const paid = (row.paymentAmount ?? 0) + (amount ?? balanceOf(row));
      return { paymentAmount: paid, paymentStatus: paid >= row.price ? 'paid' : 'deposit' };
    }
    case 'cancel':
      return { status: 'cancelled' };
    case 'noShow':
      return { status: 'no-show' };
  }
}

/** The day's rows of all that are known: a booking that moved to another day leaves. */
export const ofDay = (known: readonly Row[], date: string): Row[] =>
  known.filter(({ localDate }) => localDate === date);

export interface Totals extends Record<Stage, number> {
  /** Everything that was not cancelled or missed. */
  readonly booked: number;
  /** Received on this day for these bookings, in the currency's smallest unit. */
  readonly received: number;
  /** Still to be paid for these bookings, in the currency's smallest unit. */
  readonly unpaid: number;
}

/** @param isToday whether an instant lies on the day that is shown, in the clinic's zone */
export function totalsOf(rows: readonly Row[], isToday: (at: Date) => boolean): Totals {
  const totals = { coming: 0, waiting: 0, treatment: 0, done: 0, off: 0, booked: 0, received: 0, unpaid: 0 };
  for (const row of rows) {
    const stage = stageOf(row);
    totals[stage] += 1;
    for (const { amount, at } of row.payments) if (isToday(at)) totals.received += amount;
    if (stage === 'off') continue;
    totals.booked += 1;
    totals.unpaid += owedOf(row);
  }
  return totals;
}

export interface Waiting {
  readonly row: Row;
  readonly state: 'waiting' | 'called' | 'treatment';
  /** When it is expected to begin, or now when that has passed. */
  readonly expectedAt: Date;
  /** Minutes until then. */
  readonly waitMin: number;
  /** Minutes since the patient came. */
  readonly sinceMin: number;
}

/** When one staff member is next free, and until when. */
export type Free = Awaited<ReturnType<typeof availability.nextFree>>[number];

/** What the clinic's rota and the day let expect, as it was at a time. */
export interface Outlook {
  readonly at: Date;
  /** When each of the queue will begin, by booking. */
  readonly expected: ReadonlyMap<string, Date>;
  readonly free: readonly Free[];
}

export function outlookOf(at: Date, queue: readonly QueueEntry[], free: readonly Free[]): Outlook {
  return { at, expected: new Map(queue.map((entry) => [entry.booking.id, entry.expectedAt])), free };
}

/**
 * The walk-ins of a day that are not done, by number; those under treatment last.
 * @param expected when each will begin; who is too new to be in it takes the time that he holds
 */
export function queueOf(
  rows: readonly Row[],
  now: Date,
  expected: ReadonlyMap<string, Date> = new Map(),
): Waiting[] {
  return rows
    .filter(({ source, status }) => source === 'walk-in' && status === 'confirmed')
    .map((row): Waiting => {
      const start = expected.get(row.id) ?? row.startAt;
      const expectedAt = start > now ? start : now;
      return {
        row,
        state: row.startedAt ? 'treatment' : row.calledAt ? 'called' : 'waiting',
        expectedAt,
        waitMin: Math.ceil((expectedAt.getTime() - now.getTime()) / minute),
        sinceMin: Math.max(0, Math.floor((now.getTime() - row.createdAt.getTime()) / minute)),
      };
    })
    .sort(
      (a, b) =>
        Number(a.state === 'treatment') - Number(b.state === 'treatment') ||
        (a.row.queueNumber ?? 0) - (b.row.queueNumber ?? 0),
    );
}

export interface Hour {
  /** `09` */
  readonly hour: string;
  readonly rows: readonly Row[];
}

/**
 * Who should be called: the first who can go in right away, or else the first of all; who did not come at a call before
 * is called again after the others.
 */
export function nextOf(queue: readonly Waiting[]): Waiting | undefined {
  const waiting = queue.filter(({ state }) => state === 'waiting');
  const first = waiting.filter(({ row }) => !row.skippedAt);
  const some = first.length > 0 ? first : waiting;
  return some.find(({ waitMin }) => waitMin <= 0) ?? some[0];
}

/** Whether it is over and done with: closed, before now, and no longer to be undone. */
export function isSettled(row: Row, now: Date): boolean {
  const stage = stageOf(row);
  return (stage === 'done' || stage === 'off') && row.startAt <= now && !canUndo(row, now);
}

export function byHour(rows: readonly Row[]): Hour[] {
  return [...Map.groupBy(rows, ({ localTime }) => localTime.slice(0, 2))].map(([hour, some]) => ({
    hour,
    rows: some,
  }));
}

/** The hours that the staff's columns show, from the first that something happens in to the last. */
export interface Scale {
  readonly from: number;
  /** `09`, `10` ... */
  readonly hours: readonly string[];
}

const hourMs = 60 * minute;
const tickMs = 5 * minute;

/**
 * @param now shown too where it is not far from the day's bookings
 * @param clock the clinic's clock at an instant, hour first and minute last: `09:30`
 */
export function scaleOf(rows: readonly Row[], now: Date | undefined, clock: (at: Date) => string): Scale {
  const shown = rows.filter((row) => stageOf(row) !== 'off');
  let from = Math.min(...shown.map(({ startAt }) => startAt.getTime()));
  let to = Math.max(...shown.map(({ endAt }) => endAt.getTime()));
  const at = now?.getTime();
  if (at !== undefined && (shown.length === 0 || (at > from - hourMs && at < to + hourMs))) {
    from = Math.min(from, at);
    to = Math.max(to, at + tickMs);
  }
  if (!Number.isFinite(from)) return { from: 0, hours: [] };
  const first = clock(new Date(from));
  from -= Number(first.slice(-2)) * minute;
  const count = Math.min(24, Math.ceil((to - from) / hourMs));
  const hour = (index: number) => String((Number(first.slice(0, 2)) + index) % 24).padStart(2, '0');
  return { from, hours: Array.from({ length: count }, (_, index) => hour(index)) };
}

/** The parts of a scale in which somebody does not work, as places. @param shifts such as `['09:00-12:00']` */
export function offHours(shifts: readonly string[], { hours }: Scale) {
  const first = Number(hours[0] ?? 0);
  const end = hours.length * 12;
  const tick = (time: string) =>
    (Number(time.slice(0, 2)) - first) * 12 + Math.floor(Number(time.slice(3, 5)) / 5);
  const gaps: { from: number; to: number }[] = [];
  let at = 0;
  for (const shift of shifts.toSorted()) {
    const [from = '', to = ''] = shift.split('-');
    gaps.push({ from: at, to: Math.min(tick(from), end) });
    at = Math.max(at, to <= from ? end : tick(to));
  }
  gaps.push({ from: at, to: end });
  return gaps
    .filter((gap) => gap.to > gap.from)
    .map(({ from, to }) => ({
      h: Math.floor(from / 12),
      m: from % 12,
      dh: Math.floor((to - from) / 12),
      dm: (to - from) % 12,
    }));
}
