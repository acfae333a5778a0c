import { expect, test } from 'vitest';
import { failureOf, setUp, type Database } from '@paper-circe/api';
import { failureText, failureWithin, fieldErrors, isNews } from './failure.ts';
import { m } from './paraglide/messages.js';
import { overwriteGetLocale } from './paraglide/runtime.js';

test('what is on a page stays while nothing else can be read', () => {
  expect(isNews({ code: 'STALE' }), 'another desk was faster').toBe(true);
  expect(isNews({ code: 'UNAVAILABLE' }), 'the database is away').toBe(false);
  expect(isNews(undefined), 'the connection is').toBe(false);
});

test('a name with what cannot be seen is told that, and a long one its length', async () => {
  // It is refused before the database is asked anything.
  const errorsOf = async (name: string) => {
    const input = {
      clinic: { name, slug: 'melati' },
      administrator: { name: 'Rani', email: '', password: '' },
    };
    const thrown: unknown = await setUp({} as Database, input).catch((error: unknown) => error);
    return fieldErrors(failureWithin(failureOf(thrown), 'clinic'), 'name');
  };
  for (const name of ['Ayu\tLestari', '\u200b', 'Ayu \u202e.', '\ud800'])
    expect(await errorsOf(name), name).toEqual([m.failure_unseen()]);
  expect(await errorsOf('Ayu'.repeat(50))).toEqual([m.failure_name()]);
});

test('a limit that is reached is written as elsewhere', () => {
  overwriteGetLocale(() => 'id');
  const details = { quota: 'maxBookings', limit: 20_000 } as const;
  expect(failureText({ code: 'QUOTA_EXCEEDED', message: '', details, requestId: '1' })).toContain('20.000');
});
