import { expect, test } from 'vitest';
import { inVisits, undoableVisits } from '#lib/in-visit.ts';
import { newest } from '#lib/newest.ts';
import { standingOf } from '#lib/status.ts';
import { placeOf } from '#lib/timescale.ts';
import {
  actsOf,
  arrivingWith,
  isDue,
  isOverdue,
  isSettled,
  lateMin,
  nextAct,
  nextOf,
  offHours,
  ofDay,
  predicted,
  queueOf,
  scaleOf,
  totalsOf,
  type Act,
} from './board.ts';
import { stageOf, type Row } from './row.ts';

const zone = '+07:00';
const at = (time: string) => new Date(`2026-11-24T${time}:00${zone}`);
const today = '2026-11-24';
const now = at('10:00');
const clock = (instant: Date) => new Date(instant.getTime() + 7 * 3_600_000).toISOString().slice(11, 16);

let made = 0;
function row(changes: Partial<Omit<Row, 'startAt' | 'endAt'>> & { from?: string; to?: string } = {}): Row {
  made += 1;
  const { from = '10:30', to = '11:30', ...rest } = changes;
  return {
    id: String(made).padStart(24, '0'),
    revision: 1,
    patientId: 'p',
    staffId: 's',
    treatmentName: 'Facial',
    startAt: at(from),
    endAt: at(to),
    localDate: today,
    localTime: from,
    status: 'confirmed',
    source: 'online',
    paymentStatus: 'unpaid',
    price: 300_000,
    payments: [],
    createdAt: at('08:00'),
    ...rest,
  } as Row;
}

test('whoever arrives for one step of a visit arrives for what else of it waits for him that day', () => {
  const visit = { visitId: 'v' as Row['visitId'] } as Partial<Row>;
  const [first, second] = [row(visit), row({ ...visit, from: '11:30', to: '12:00' })];
  const others = [
    row({ ...visit, startedAt: now }),
    row({ ...visit, localDate: '2026-11-25' }),
    row({ visitId: 'w' as Row['visitId'] } as Partial<Row>),
    row(),
  ];
  const pending = row({ ...visit, status: 'pending' });
  const arriving = (one: Row, rows: Row[], act: Act = 'arrive', at = now) => arrivingWith(one, rows, act, at);
  const all = [first, second, pending, ...others];
  for (const act of ['arrive', 'start', 'complete'] as const)
    expect(arriving(first, all, act)).toEqual([pending, second]);
  expect(arriving(first, all, 'pay')).toEqual([]);
  expect(arriving(first, all, 'complete', at('12:45')), 'closed afterwards').toEqual([second]);
  const later = row({ ...visit, from: '13:05', to: '13:30' });
  expect(arriving(first, [first, second, later]), 'over a long pause he goes').toEqual([second]);
  expect(arriving(later, [first, second, later])).toEqual([]);
  expect(predicted(pending, 'arrive', {}, now)).toMatchObject({ status: 'confirmed', arrivedAt: now });
  expect(arriving(row(), [first, second, ...others])).toEqual([]);
});

test('the next act follows a booking through its day', () => {
  expect(nextAct(row({ status: 'pending' }), now, today)).toBe('confirm');
  expect(nextAct(row(), now, today)).toBe('arrive');
  expect(nextAct(row({ arrivedAt: now }), now, today)).toBe('start');
  expect(nextAct(row({ startedAt: now }), now, today)).toBe('complete');
  expect(nextAct(row({ from: '08:00', to: '09:00' }), now, today)).toBe('complete');
  const waits = row({ from: '08:00', to: '09:00', arrivedAt: at('08:55') });
  expect(actsOf(waits, now, today).slice(0, 2), 'who still waits was not treated').toEqual([
    'start',
    'complete',
  ]);
  const walkIn = row({ source: 'walk-in', queueNumber: 1 });
  expect(nextAct(walkIn, now, today)).toBe('call');
  expect(nextAct({ ...walkIn, startAt: at('08:00'), endAt: at('09:00') }, now, today)).toBe('call');
  expect(nextAct({ ...walkIn, calledAt: now }, now, today)).toBe('start');
  for (const status of ['completed', 'cancelled', 'no-show'] as const)
    expect(nextAct(row({ status }), now, today)).toBeUndefined();
});

test('the patient of an appointment is awaited from an hour before it until it is over', () => {
  const begins = (from: string, to: string) => row({ from, to });
  expect(actsOf(begins('11:00', '12:00'), now, today).slice(0, 3)).toEqual(['arrive', 'start', 'complete']);
  expect(actsOf(begins('11:05', '12:00'), now, today).slice(0, 3)).toEqual(['start', 'complete', 'arrive']);
  expect(nextAct(begins('09:00', '10:05'), now, today)).toBe('arrive');
  expect(actsOf(begins('09:00', '10:00'), now, today).slice(0, 3)).toEqual(['complete', 'start', 'arrive']);
  for (const never of [
    row({ source: 'walk-in', queueNumber: 1 }),
    row({ arrivedAt: now }),
    row({ startedAt: now }),
    row({ status: 'pending' }),
    row({ localDate: '2026-11-25' }),
    row({ localDate: '2026-11-23', from: '08:00', to: '09:00' }),
  ])
    expect(actsOf(never, now, today)).not.toContain('arrive');
});

test('whoever has arrived waits, is counted among those, and is late no longer', () => {
  const late = row({ from: '09:30', to: '10:30' });
  expect([stageOf(late), lateMin(late, now)]).toEqual(['coming', 30]);
  const arrived = { ...late, ...predicted(late, 'arrive', {}, now) };
  expect([stageOf(arrived), lateMin(arrived, now)]).toEqual(['waiting', undefined]);
  expect(isDue(arrived, now)).toBe(true);
  expect(isOverdue(arrived, now)).toBe(false);
  expect(totalsOf([arrived, late], () => true)).toMatchObject({ waiting: 1, coming: 1, booked: 2 });
  // The queue is of walk-ins, with their numbers.
  expect(queueOf([arrived], now)).toEqual([]);
  expect(stageOf({ ...arrived, startedAt: now })).toBe('treatment');
  expect(stageOf({ ...arrived, status: 'no-show' })).toBe('off');
});

test('what is open when its time is over is overdue, whoever has arrived for it too', () => {
  const past = { from: '08:00', to: '09:00' };
  for (const open of [{}, { arrivedAt: at('07:55') }, { startedAt: at('08:05') }])
    expect(isOverdue(row({ ...past, ...open }), now)).toBe(true);
  for (const other of [{ status: 'completed' }, { status: 'cancelled' }, { source: 'walk-in' }] as const)
    expect(isOverdue(row({ ...past, ...other }), now)).toBe(false);
});

test('who did not come at the call is called again after the others', () => {
  const walkIn = (queueNumber: number, changes: Partial<Row> = {}) =>
    row({ source: 'walk-in', queueNumber, from: '10:00', to: '10:30', ...changes } as object);
  const called = walkIn(1, { calledAt: now });
  expect(actsOf(called, now, today)).toContain('skip');
  expect(actsOf(walkIn(1), now, today)).not.toContain('skip');
  expect(actsOf({ ...called, startedAt: now }, now, today)).not.toContain('skip');
  const skipped = { ...called, ...predicted(called, 'skip', {}, now) };
  expect(nextAct(skipped, now, today)).toBe('call');
  expect(nextOf(queueOf([skipped, walkIn(2)], now))?.row.queueNumber).toBe(2);
  expect(nextOf(queueOf([skipped], now))?.row.queueNumber).toBe(1);
});

test('what cannot be done is not offered', () => {
  expect(actsOf(row(), now, today)).not.toContain('noShow');
  expect(actsOf(row({ from: '09:30' }), now, today)).toContain('noShow');
  expect(actsOf(row(), at('23:00'), '2026-11-23')).not.toContain('complete');
  expect(actsOf(row({ paymentAmount: 300_000, paymentStatus: 'paid' }), now, today)).not.toContain('pay');
  expect(actsOf(row({ last: { action: 'bookings.confirm', at: at('09:50') } }), now, today)).toContain(
    'undo',
  );
  expect(actsOf(row({ last: { action: 'bookings.confirm', at: at('09:45') } }), now, today)).not.toContain(
    'undo',
  );
});

test('what was done to a visit as one is not undone from one step once another has gone on', () => {
  const arrived = { action: 'bookings.arrive', at: at('09:50'), together: 2 };
  const visit = { visitId: 'v' as Row['visitId'], arrivedAt: at('09:50') } as Partial<Row>;
  const step = (last?: Row['last']) => row({ ...visit, ...(last && { last }) });
  const [first, second] = [step(arrived), step(arrived)];
  const isOffered = (shown: Row, known: Row[]) =>
    inVisits([shown], known).every((one) => actsOf(one, now, today).includes('undo'));
  expect(isOffered(second, [first, second])).toBe(true);
  const begun = { ...first, startedAt: at('09:55'), last: { action: 'queue.start', at: at('09:55') } };
  expect(isOffered(second, [begun, second])).toBe(false);
  expect(isOffered(begun, [begun, second]), 'the start itself can be undone').toBe(true);
  expect(isOffered(second, [step(), second]), 'the start was undone').toBe(false);
  const moved = { ...first, localDate: '2026-11-25' } as Row;
  expect(isOffered(second, [moved, second]), 'a step of another day').toBe(true);
  const elsewhere = { ...moved, last: begun.last };
  expect(isOffered(second, [elsewhere, second]), 'which has gone on').toBe(false);
  const earlier = { action: 'bookings.confirm', at: at('09:47') };
  expect(isOffered(second, [step(earlier), first, second]), 'a step that was changed before').toBe(true);
  expect(isOffered(second, [{ ...begun, visitId: 'w' } as Row, first, second])).toBe(true);
  expect(undoableVisits([first, second, step(earlier), row({ last: arrived })], now)).toEqual(['v']);
  expect(undoableVisits([first, second], at('10:05'))).toEqual([]);
});

test('what can no longer be undone since the visit went on is settled', () => {
  const cancelled = { action: 'bookings.cancelVisit', at: at('09:50'), together: 2 };
  const visit = { visitId: 'v', from: '09:00', to: '09:30', status: 'cancelled' };
  const [first, second] = [
    row({ ...visit, last: cancelled } as object),
    row({ ...visit, last: cancelled } as object),
  ];
  const settled = (rows: Row[]) => inVisits(rows).map((one) => isSettled(one, now));
  expect(settled([first, second])).toEqual([false, false]);
  const back = { ...second, status: 'confirmed' as const, last: { action: 'bookings.pay', at: at('09:52') } };
  expect(settled([first, back])).toEqual([true, false]);
});

test('who is treated waits for none of what comes after, and is neither late nor offered for it', () => {
  const visit = { visitId: 'v' as Row['visitId'], arrivedAt: at('08:55') } as Partial<Row>;
  const first = row({ ...visit, from: '09:00', to: '09:30' });
  const second = row({ ...visit, from: '09:30', to: '10:00' });
  const looksOf = (rows: Row[]) => {
    const one = inVisits(rows).find(({ id }) => id === second.id)!;
    return [standingOf(one), nextAct(one, now, today), isDue(one, now), isOverdue(one, now)];
  };
  const [afterwards, quiet] = [['afterwards', undefined, false, false], { ...first, startedAt: at('09:00') }];
  expect(looksOf([first, second]), 'he waits once').toEqual(afterwards);
  expect(looksOf([quiet, second]), 'he is in the chair').toEqual(afterwards);
  const { arrivedAt: _, ...unseen } = second;
  expect(looksOf([quiet, unseen as Row]), 'nobody said that he came').toEqual(afterwards);
  expect(lateMin(inVisits([quiet, unseen as Row])[1]!, now)).toBeUndefined();
  expect(totalsOf(inVisits([first, second]), () => true)).toMatchObject({ waiting: 1, coming: 1 });
  expect(totalsOf(inVisits([quiet, second]), () => true)).toMatchObject({
    waiting: 0,
    treatment: 1,
    coming: 1,
  });

  const over = {
    ...quiet,
    status: 'completed' as const,
    last: { action: 'bookings.complete', at: at('09:50') },
  };
  expect(looksOf([over, second]), 'and now he waits').toEqual(['waiting', 'start', true, true]);
  expect(inVisits([over, second])[1]?.waitsSince).toEqual(at('09:50'));
  expect(inVisits([first, second])[0]?.waitsSince).toEqual(at('08:55'));
  for (const free of [
    { ...quiet, status: 'no-show' },
    { ...quiet, localDate: '2026-11-23' },
    { ...quiet, visitId: 'w' },
  ] as Row[])
    expect(looksOf([free, second]), JSON.stringify(free)).toEqual(['waiting', 'start', true, true]);
  const later = { ...unseen, startAt: at('10:35'), endAt: at('11:00') } as Row;
  expect(inVisits([quiet, later])[1]?.follows, 'he comes again for it').toBeUndefined();
  expect(lateMin(inVisits([over, later])[1]!, at('10:41'))).toBe(6);
  // Whoever begins with the later one comes to the earlier one afterwards.
  expect(inVisits([first, { ...second, startedAt: now }])[0]?.follows).toBe(true);
});

test('a booking is late by its time, or since it was made where that was afterwards', () => {
  const begun = row({ from: '09:00', to: '10:30', createdAt: at('09:58') });
  expect(lateMin(begun, now)).toBeUndefined();
  expect(lateMin(begun, at('10:04'))).toBe(6);
  expect(lateMin({ ...begun, createdAt: at('08:00') }, now)).toBe(60);
});

test('a deposit is told from the whole', () => {
  expect(predicted(row(), 'pay', { amount: 100_000 }, now)).toMatchObject({
    paymentAmount: 100_000,
    paymentStatus: 'deposit',
  });
  expect(predicted(row(), 'pay', {}, now)).toMatchObject({
    paymentAmount: 300_000,
    paymentStatus: 'paid',
  });
});

test('what is still under way can be undone too', () => {
  const cancelled = row(predicted(row(), 'cancel', {}, now));
  expect(actsOf(cancelled, now, today)).toEqual(['undo']);
});

test('the newer revision of a booking counts, and one that moved to another day leaves', () => {
  const [kept, changed, moved] = [row(), row({ notes: 'Alergi' }), row()];
  const heard = [
    { ...kept, status: 'cancelled' },
    { ...row(), id: changed.id, revision: 2, status: 'completed' },
    { ...moved, revision: 2, localDate: '2026-11-25' },
    row({ from: '08:00' }),
  ] as const;
  const day = ofDay(newest([kept, changed, moved], heard), today);
  expect(day.map(({ status }) => status)).toEqual(['confirmed', 'confirmed', 'completed']);
  expect(day.find(({ id }) => id === changed.id)?.notes).toBe('Alergi');
  expect(day[0]?.localTime).toBe('08:00');
});

test('whoever can go in now is called before a smaller number that cannot', () => {
  const queue = queueOf(
    [
      row({ source: 'walk-in', queueNumber: 1, from: '11:00' }),
      row({ source: 'walk-in', queueNumber: 2, from: '09:55' }),
      row({ source: 'walk-in', queueNumber: 3, startedAt: now }),
      row(),
    ],
    now,
  );
  expect(queue.map(({ row: { queueNumber } }) => queueNumber)).toEqual([1, 2, 3]);
  expect(queue.map(({ waitMin }) => waitMin).slice(0, 2)).toEqual([60, 0]);
  expect(nextOf(queue)?.row.queueNumber).toBe(2);
});

test('money of the day and what is still to come add up', () => {
  const payments = [
    { method: 'qris' as const, amount: 100_000, at: now, localDate: '2026-11-24' },
    { method: 'cash' as const, amount: 50_000, at: at('09:00'), localDate: '2026-11-24' },
  ];
  const totals = totalsOf(
    [row({ payments, paymentAmount: 150_000 }), row({ status: 'cancelled' }), row({ startedAt: now })],
    (instant) => instant >= now,
  );
  expect(totals).toMatchObject({
    booked: 2,
    coming: 1,
    treatment: 1,
    off: 1,
    received: 100_000,
    unpaid: 450_000,
  });
  const givenBack = [{ amount: 300_000 }, { amount: -50_000 }].map((payment) => ({
    ...payments[0]!,
    ...payment,
  }));
  const refunded = row({ status: 'completed', payments: givenBack, paymentAmount: 250_000 });
  expect(
    totalsOf([refunded], () => true),
    'what was given back is not owed',
  ).toMatchObject({
    received: 250_000,
    unpaid: 0,
  });
});

test('a block lies where its time is, and off-hours fill the rest', () => {
  const scale = scaleOf([row({ from: '09:30' }), row({ from: '14:00', to: '15:15' })], now, clock);
  expect(scale.hours).toEqual(['09', '10', '11', '12', '13', '14', '15']);
  expect(placeOf(at('10:35'), at('11:50'), scale)).toEqual({ h: 1, m: 7, dh: 1, dm: 3 });
  expect(offHours(['10:00-12:00', '13:00-20:00'], scale)).toEqual([
    { h: 0, m: 0, dh: 1, dm: 0 },
    { h: 3, m: 0, dh: 1, dm: 0 },
  ]);
  expect(offHours([], scale)).toEqual([{ h: 0, m: 0, dh: 7, dm: 0 }]);
});
