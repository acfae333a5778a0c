import { expect, test } from 'vitest';
import { Lane } from './lane.ts';
import { fitsPassword, hashPassword, NewPassword } from './passwords.ts';

test('a password is kept as argon2id at the cost that OWASP asks for', async () => {
  expect(await hashPassword('correct horse')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test('a password fits its own hash only, on any keyboard', async () => {
  const hash = await hashPassword('Café correct');
  expect(await fitsPassword(hash, 'Cafe\u0301 correct')).toBe(true);
  expect(await fitsPassword(hash, 'cafe correct')).toBe(false);
  expect(await fitsPassword(undefined, 'Café correct')).toBe(false);
  expect(await fitsPassword('$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy', 'x')).toBe(false);
});

test('a flood of logins is sent away, not queued without end', async () => {
  const all = await Promise.allSettled(Array.from({ length: 100 }, () => fitsPassword(undefined, 'x')));
  const refused = all.filter((one) => one.status === 'rejected').map((one): unknown => one.reason);
  expect(refused).toHaveLength(100 - 2 - 64);
  expect(refused[0]).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: 2 } });
});

test('a lane runs a few at once and the others in their order', async () => {
  const lane = new Lane({ atOnce: 2, waiting: 10 }, () => new Error('full'));
  const done: number[] = [];
  let running = 0;
  let most = 0;
  const task = (i: number) => async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 2));
    running -= 1;
    done.push(i);
    if (i === 3) throw new Error('A task that fails gives its place back.');
  };
  await Promise.allSettled(Array.from({ length: 8 }, (_, i) => lane.run(task(i))));
  expect(most).toBe(2);
  expect(done).toHaveLength(8);
  expect(done.indexOf(0)).toBeLessThan(done.indexOf(4));
});

test('a new password has 10 to 200 characters and is no common one', () => {
  expect(NewPassword.safeParse('123456789').success).toBe(false);
  expect(NewPassword.safeParse('kopi pagi!').success).toBe(true);
  expect(NewPassword.safeParse('1234567890').success).toBe(false);
  expect(NewPassword.safeParse('x'.repeat(201)).success).toBe(false);
});
