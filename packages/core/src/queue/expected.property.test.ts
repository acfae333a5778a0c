// The expected times against a reference that is slow and obvious: it tries minute after minute.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BookingId } from '../bookings/schema.ts';
import type { StaffId } from '../staff/schema.ts';
import { expectedStarts, type Line } from './expected.ts';

const minute = 60_000;
const runs = Number(process.env['QUEUE_RUNS'] ?? 500);

const span = fc.tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 1, max: 400 }));
/** Spans that neither overlap nor touch. */
const spans = fc.array(span, { maxLength: 3 }).map((some) =>
  some
    .toSorted(([a], [b]) => a - b)
    .reduce<[number, number][]>((apart, [start, length]) => {
      const from = Math.max(start, (apart.at(-1)?.[1] ?? -2) + 1);
      return [...apart, [from, from + length]];
    }, []),
);
const line = fc.record({
  startAt: fc.integer({ min: 0, max: 700 }),
  durationMin: fc.integer({ min: 15, max: 90 }),
  bufferBeforeMin: fc.constantFrom(0, 0, 5, 12),
  bufferAfterMin: fc.constantFrom(0, 0, 10),
  walkIn: fc.boolean(),
  status: fc.constantFrom(
    'confirmed',
    'confirmed',
    'confirmed',
    'pending',
    'completed',
    'cancelled',
    'no-show',
  ),
  startedAt: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined, freq: 4 }),
});
const given = fc.record({
  lines: fc.array(line, { maxLength: 10 }),
  open: spans,
  works: spans,
  now: fc.integer({ min: 0, max: 400 }),
});
type Given = typeof given extends fc.Arbitrary<infer One> ? One : never;

const lineOf = (one: Given['lines'][number], n: number): Line => ({
  id: `b${n}` as BookingId,
  staffId: 'sari' as StaffId,
  source: one.walkIn ? 'walk-in' : 'online',
  status: one.status as Line['status'],
  startAt: new Date(one.startAt * minute),
  durationMin: one.durationMin,
  bufferBeforeMin: one.bufferBeforeMin,
  bufferAfterMin: one.bufferAfterMin,
  ...(one.walkIn && { queueNumber: n }),
  ...(one.startedAt !== undefined && { startedAt: new Date(one.startedAt * minute) }),
});

/** Marks every minute that is taken, and looks at one minute of the day after the other. */
function reference({ lines, open, works, now }: Given): Map<string, number> {
  const taken = new Set<number>();
  const take = (start: number, one: Given['lines'][number]) => {
    for (let m = start - one.bufferBeforeMin; m < start + one.durationMin + one.bufferAfterMin; m++)
      taken.add(m);
  };
  const waiting: number[] = [];
  for (const [n, one] of lines.entries()) {
    if (one.status !== 'confirmed' && one.status !== 'pending') continue;
    if (one.walkIn && one.status === 'confirmed' && one.startedAt === undefined) waiting.push(n);
    else take(one.startedAt ?? one.startAt, one);
  }
  const serves = (m: number) => [open, works].every((some) => some.some(([from, to]) => from <= m && m < to));
  const expected = new Map<string, number>();
  for (const n of waiting.sort((a, b) => lines[a]!.startAt - lines[b]!.startAt || a - b)) {
    const one = lines[n]!;
    const isFree = (start: number) => {
      for (let m = start - one.bufferBeforeMin; m < start + one.durationMin + one.bufferAfterMin; m++)
        if (taken.has(m)) return false;
      return true;
    };
    const isServed = (start: number) => {
      for (let m = start; m < start + one.durationMin; m++) if (!serves(m)) return false;
      return true;
    };
    let start = now;
    while (start < 3000 && !(isFree(start) && isServed(start))) start++;
    if (start === 3000) start = Math.max(now, ...[...taken].map((m) => m + 1 + one.bufferBeforeMin));
    expected.set(`b${n}`, start);
    take(start, one);
  }
  return expected;
}

const windowsOf = ({ open, works }: Pick<Given, 'open' | 'works'>) =>
  [open, works].map((some) => some.map(([from, to]) => ({ from: from * minute, to: to * minute })));

test('who waits is expected when a walk through the minutes finds the first free time', () => {
  fc.assert(
    fc.property(given, (one) => {
      const found = expectedStarts(one.lines.map(lineOf), windowsOf(one), one.now * minute);
      expect(new Map([...found].map(([id, at]) => [id, at / minute]))).toEqual(reference(one));
    }),
    { numRuns: runs },
  );
});

test('as long as nobody is late, nobody is expected later than the time he holds', () => {
  const apart = fc.array(fc.tuple(line, fc.integer({ min: 0, max: 60 })), { maxLength: 10 });
  fc.assert(
    fc.property(apart, fc.integer({ min: 0, max: 100 }), (some, now) => {
      let end = now;
      const lines = some.map(([one, gap], n) => {
        const startAt = end + gap + one.bufferBeforeMin;
        end = startAt + one.durationMin + one.bufferAfterMin;
        return lineOf({ ...one, startAt, startedAt: undefined, status: 'confirmed' }, n);
      });
      const day = [{ from: 0, to: end * minute }];
      for (const [id, at] of expectedStarts(lines, [day, day], now * minute)) {
        const held = lines.find((one) => one.id === id)!.startAt.getTime();
        expect(at).toBeGreaterThanOrEqual(now * minute);
        expect(at).toBeLessThanOrEqual(held);
      }
    }),
    { numRuns: runs },
  );
});
