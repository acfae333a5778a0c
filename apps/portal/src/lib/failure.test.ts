import { expect, test } from 'vitest';
import { isNews } from './failure.ts';

test('what is on a page stays while nothing else can be read', () => {
  expect(isNews({ code: 'STALE' }), 'another desk was faster').toBe(true);
  expect(isNews({ code: 'UNAVAILABLE' }), 'the database is away').toBe(false);
  expect(isNews(undefined), 'the connection is').toBe(false);
});
