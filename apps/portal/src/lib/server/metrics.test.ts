import { expect, test } from 'vitest';
import { labelsOf, mayRead } from './metrics.ts';

const token = 'a-token-of-enough-letters';
const alone = { token: undefined, isProxied: false };

test.each([
  ['from this machine', alone, { authorization: null, address: '127.0.0.1' }, true],
  ['from this machine by IPv6', alone, { authorization: null, address: '::1' }, true],
  ['from another machine', alone, { authorization: null, address: '10.0.0.7' }, false],
  ['from an address that only begins so', alone, { authorization: null, address: '127.0.0.1.evil' }, false],
  [
    'behind a proxy',
    { token: undefined, isProxied: true },
    { authorization: null, address: '127.0.0.1' },
    false,
  ],
  [
    'with the token',
    { token, isProxied: true },
    { authorization: `Bearer ${token}`, address: '10.0.0.7' },
    true,
  ],
  [
    'with another token',
    { token, isProxied: false },
    { authorization: 'Bearer x', address: '127.0.0.1' },
    false,
  ],
  ['without the token', { token, isProxied: false }, { authorization: null, address: '127.0.0.1' }, false],
])('metrics are read %s: %j', (_how, rule, asker, may) => {
  expect(mayRead(rule, asker)).toBe(may);
});

test('what a client makes up is no label', () => {
  expect(labelsOf(null, 'EVIL', 404)).toEqual({ route: 'none', method: 'other', status: '4xx' });
  const route = '/(staff)/[tenant]';
  expect(labelsOf(route, 'GET', 200)).toEqual({ route, method: 'GET', status: '2xx' });
});
