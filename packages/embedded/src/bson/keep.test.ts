import { BSON, Binary, BSONRegExp, Code, DBRef, Decimal128, Double, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'mongodb'; // prettier-ignore
import { expect, test } from 'vitest';
import { keeping } from './keep.ts';

const whole = {
  double: new Double(1.5),
  string: 'Ayu',
  document: { a: { b: 'c' }, string: 'inner' },
  array: [1, 'two', [3]],
  binary: new Binary(Buffer.from('abc')),
  empty: '',
  id: new ObjectId(),
  yes: true,
  date: new Date(0),
  nothing: null,
  regex: new BSONRegExp('^a', 'i'),
  code: new Code('f()'),
  scoped: new Code('f()', { a: 1 }),
  int: 5,
  stamp: new Timestamp(Long.fromNumber(7)),
  long: Long.fromNumber(9),
  decimal: Decimal128.fromString('1.10'),
  least: new MinKey(),
  most: new MaxKey(),
  ref: new DBRef('c', new ObjectId()),
  größe: 'unicode',
};
const keep = (body: Buffer, wanted: ReadonlySet<string>) => keeping(wanted)(body);
const names = Object.keys(whole) as (keyof typeof whole)[];

test('what is kept of a document are the bytes of the fields, whatever they hold', () => {
  const body = Buffer.from(BSON.serialize(whole));
  for (const name of names) {
    expect(keep(body, new Set([name, 'absent']))).toEqual(
      Buffer.from(BSON.serialize({ [name]: whole[name] })),
    );
    const others = names.filter((other) => other !== name);
    expect(keep(body, new Set(others.toReversed()))).toEqual(
      Buffer.from(BSON.serialize(Object.fromEntries(others.map((other) => [other, whole[other]])))),
    );
  }
  expect(keep(body, new Set(names))).toEqual(body);
  expect(keep(body, new Set(['', 'dou', 'doubles', 'ids']))).toEqual(Buffer.from(BSON.serialize({})));
  expect(keep(body, new Set())).toEqual(Buffer.from(BSON.serialize({})));
});
