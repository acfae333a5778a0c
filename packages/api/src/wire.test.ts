import superjson from 'superjson';
import { expect, test } from 'vitest';
import { fromPlain, plainOf, type Plain } from './shared/plain.ts';
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

/** What the client makes of what was sent as JSON. */
const read = (sent: unknown): unknown => fromPlain(JSON.parse(JSON.stringify(sent)) as Plain);

const refusedByClient = new Set(['number', 'bigint', 'regexp', 'map', 'set', 'Error', 'URL', 'typed-array']);

const sendable = kinds.filter((kind) => typeof kind !== 'function');

test.each(sendable.map((kind) => [kind]))(
  '%o is read by the client as superjson reads it, or refused',
  (kind) => {
    const { meta } = superjson.serialize(kind);
    const isRefused = [meta?.values].flat(3).some((one) => refusedByClient.has(String(one)));
    for (const place of places) {
      const value = place(kind);
      const sent = superjson.serialize(value);
      if (isRefused) expect(() => read(sent)).toThrow(TypeError);
      else expect(read(sent)).toEqual(received(sent));
      const plain = plainOf(value);
      if (plain) expect(read(plain)).toEqual(received(sent));
      else expect(plainOf(kind)).toBeUndefined();
    }
  },
);

test('an answer that names what it does not hold is refused, and reaches nothing else', () => {
  for (const path of ['a.b', 'b', '__proto__.polluted', 'constructor.prototype.polluted', 'list.7'])
    expect(() => fromPlain({ json: { a: 1, list: [] }, meta: { values: { [path]: ['Date'] }, v: 1 } })).toThrow(TypeError); // prettier-ignore
  fromPlain({ json: {}, meta: { values: { __proto__: ['undefined'] } as never, v: 1 } });
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
