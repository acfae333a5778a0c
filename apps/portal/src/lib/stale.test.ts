import { beforeEach, expect, test } from 'vitest';
import { overwriteGetLocale } from './paraglide/runtime.js';
import { staleText } from './stale.ts';

beforeEach(() => overwriteGetLocale(() => 'en'));

const zone = 'Asia/Jakarta';
const rani = { kind: 'user', id: 'u', name: 'Rani', role: 'staff' } as const;
const at = (time: string) => new Date(`2026-11-24T${time}:00+07:00`);
const told = (changes: Record<string, { from?: unknown; to?: unknown }>, inZone: string | undefined = zone) =>
  staleText({ expected: 1, found: 2, by: rani, changes }, inZone);

test('what became of a booking is told with who did it', () => {
  const start = 'Rani has just changed this: ';
  const end = '. Look at it again, then try once more.';
  const cases = [
    [{ status: { from: 'pending', to: 'confirmed' } }, 'now “Confirmed”'],
    [{ status: { from: 'confirmed', to: 'completed' }, payments: { to: [] } }, 'now “Completed”, its payments changed'], // prettier-ignore
    [{ arrivedAt: { to: at('09:50') }, startedAt: { to: at('10:00') } }, 'now “In treatment”'],
    [{ arrivedAt: { to: at('09:50') } }, 'now “Arrived”'],
    [{ startAt: { from: at('09:00'), to: at('10:30') }, endAt: { to: at('11:00') } }, 'moved to 10:30'],
    [{ startAt: { to: at('10:30') }, localDate: { to: '2026-11-24' } }, 'moved to Tue 24 Nov, 10:30'],
    [{ endAt: { from: at('10:00'), to: at('10:30') } }, 'now until 10:30'],
  ] as const;
  for (const [changes, what] of cases) expect(told(changes)).toBe(start + what + end);
  overwriteGetLocale(() => 'id');
  expect(told({ startAt: { to: at('10:30') } })).toBe(
    'Rani baru saja mengubah data ini: dipindah ke 10.30. Lihat yang terbaru, lalu coba lagi.',
  );
});

test('of what is no booking, or says nothing more, it is told who changed it', () => {
  const plain = 'Rani has just changed this. Look at it again, then try once more.';
  for (const changes of [{}, { name: { to: 'Ayu' } }, { status: { to: 'suspended' } }])
    expect(told(changes)).toBe(plain);
  const move = { startAt: { to: at('10:30') } };
  expect(staleText({ expected: 1, found: 2, by: rani, changes: move })).toBe(plain);
  expect(staleText({ expected: 1, found: 2, changes: {} })).toMatch(/^Somebody else has just/);
});
