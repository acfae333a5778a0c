import superjson from 'superjson';
import { expect, test } from 'vitest';
import { serialize } from './wire.ts';

const at = new Date('2026-11-24T02:00:00Z');
const kinds: readonly unknown[] = [
  null, undefined, true, '', 'Ayu', 0, -0, 1.5, Number.NaN, Infinity, 10n, at, new Date(Number.NaN), /a/g,
  new Map([['a', at]]), new Set([1, at]), new Error('a'), new URL('https://circe.test/'), new Uint8Array([1, 2]), Symbol('a'),
  () => 1, [], {}, Object.create(null), new (class Patient { readonly at = at; })(),
]; // prettier-ignore
const places: readonly ((value: unknown) => unknown)[] = [
  (value) => value,
  (value) => [value, 1],
  (value) => ({ value, at }),
  (value) => ({ items: [{ at: new Date(1), value }, { value: [value, undefined] }], next: undefined }),
  (value) => ({ 'a.b': { 'c\\': { '': value } } }),
];

/** What a client gets of it. */
const received = (sent: unknown): unknown => superjson.parse(JSON.stringify(sent));

test.each(kinds.map((kind) => [kind]))(
  '%o arrives as if superjson had sent it, wherever it stands',
  (kind) => {
    for (const place of places) {
      const value = place(kind);
      expect(received(serialize(value))).toEqual(received(superjson.serialize(value)));
    }
  },
);

test('what refers to itself, and what nobody may send, is left to superjson', () => {
  const ring: Record<string, unknown> = { name: 'a' };
  ring['self'] = ring;
  expect(serialize(ring)).toEqual(superjson.serialize(ring));
  for (const key of ['__proto__', 'constructor', 'prototype'])
    expect(() => serialize([{ ...(JSON.parse(`{ "${key}": 1 }`) as object) }])).toThrow(key);
});
