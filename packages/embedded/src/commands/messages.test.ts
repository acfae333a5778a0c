import { Binary, Decimal128, Double, Long, MongoServerError, type Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../bson/encode.ts';
import * as values from '../bson/types.ts';
import { RawClient } from '../testing/raw.ts';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => {
  on = await started();
  await on.db.collection('c').insertOne({ _id: 1 as never, n: 2 });
});
afterAll(() => on[Symbol.asyncDispose]());

async function refusal(command: Document): Promise<[code: unknown, message: string]> {
  const answer = await on.db.command(command).catch((error: unknown) => error);
  if (answer instanceof MongoServerError) return [answer.code, answer.message];
  const [first] = (answer as Document)['writeErrors'] ?? [];
  return [first?.code, first?.errmsg ?? 'no error'];
}

const stage = (one: Document): Document => ({ aggregate: 'c', pipeline: [one], cursor: {} });
const adding = (expression: unknown): Document => stage({ $addFields: { z: expression } });
const updating = (u: unknown): Document => ({ update: 'c', updates: [{ q: {}, u }] });

const invalid = 'Invalid $addFields :: caused by :: ';
const constant = 'Failed to optimize pipeline :: caused by :: ';
const spec = { key: { a: 1 }, name: 'a_1' };

type Case = [rule: string, command: Document, code: number, message: string | (() => string)];

/** What MongoDB lists as a tree of lines, of which this server says the first. */
const partial = (filter: Document, shown: string, what: string): Case => [
  `a partial index of ${what}: ${shown}`,
  { createIndexes: 'c', indexes: [{ ...spec, partialFilterExpression: filter }] },
  67,
  `Error in specification { key: { a: 1 }, name: "a_1", partialFilterExpression: ${shown} } :: caused by :: Expression not supported in partial index: ${what}`,
];

/** As MongoDB 8.2 says it; what looks like a slip of the pen is in its messages too. */
const pages: Record<string, Case[]> = {
  'what a command is given': [
    ['find names its structure', { find: 'c', limit: 'x' }, 14, "BSON field 'FindCommandRequest.limit' is the wrong type 'string', expected types '[decimal, int, double, long]'"],
    ['a filter is a document, and null is none', { find: 'c', filter: null }, 14, 'Expected field filterto be of type object'],
    ['an optional boolean is no number', { find: 'c', singleBatch: 1 }, 14, "Field 'singleBatch' should be a boolean value, but found: int"],
    ['a flag may be a number', { findAndModify: 'c', update: {}, new: 'x' }, 14, "BSON field 'findAndModify.new' is the wrong type 'string', expected types '[int, decimal, long, bool, double]'"],
    ['a hint', { count: 'c', hint: 5 }, 9, 'Hint must be a string or an object'],
    ['a pipeline', { aggregate: 'c', pipeline: {}, cursor: {} }, 14, "'pipeline' option must be specified as an array"],
    ['a cursor', { aggregate: 'c', pipeline: [], cursor: 5 }, 14, 'cursor field must be missing or an object'],
    ['an update', updating(5), 9, 'Update argument must be either an object or an array'],
    ['an update by stages, as a whole', updating([1]), 14, "Each element of the 'pipeline' array must be an object"],
    ['a limit of time is whole', { ping: 1, maxTimeMS: 1.5 }, 9, 'Expected an integer: maxTimeMS: 1.5'],
    ['a limit of time fits', { ping: 1, maxTimeMS: Long.fromString('2147483648') }, 2, "BSON field 'maxTimeMS' value must be <= 2147483647, actual value '2147483648'"],
    ['what is to be removed cannot be new', { findAndModify: 'c', remove: true, upsert: true }, 9, 'Cannot specify both upsert=true and remove=true '],
    ['a name comes before what is missing', { findAndModify: '' }, 73, () => `Invalid namespace specified '${on.db.databaseName}.'`],
    ['a cursor to kill', { killCursors: 'c', cursors: [5] }, 14, "BSON field 'killCursors.cursors.0' is the wrong type 'int', expected type 'long'"],
    ['an index specification', { createIndexes: 'c', indexes: [{ ...spec, unique: 'x' }] }, 14, 'Error in specification { key: { a: 1 }, name: "a_1", unique: "x" } :: caused by :: The field \'unique has value unique: "x", which is not convertible to bool'],
    ['a time to live', { createIndexes: 'c', indexes: [{ ...spec, expireAfterSeconds: 'x' }] }, 67, '. Index spec: { key: { a: 1 }, name: "a_1", expireAfterSeconds: "x" } :: caused by :: TTL index \'expireAfterSeconds\' option must be numeric, but received a type of \'string'],
  ],
  'names and indexes': [
    ['a dollar in a name', { create: 'a$b' }, 73, 'Invalid collection name: a$b'],
    ['a dot before a name', { create: '.a' }, 73, "Collection names cannot start with '.': .a"],
    ['a name that is too long', { create: 'x'.repeat(260) }, 73, () => `Fully qualified namespace is too long. Namespace: ${on.db.databaseName}.${'x'.repeat(260)} Max: 255`],
    ['a zero in its name', { createIndexes: 'c', indexes: [{ key: { a: 1 }, name: 'a\0b' }] }, 67, 'Error in specification { key: { a: 1 }, name: "a\0b" } :: caused by :: index name cannot contain NUL bytes'],
    ['a dollar at its beginning', { createIndexes: 'c', indexes: [{ key: { $id: 1 }, name: 'a' }] }, 67, `Error in specification { key: { $id: 1 }, name: "a" } :: caused by :: Index key contains an illegal field name: field name starts with '$'.`],
    ['no order at all', { createIndexes: 'c', indexes: [{ key: { a: 0 }, name: 'a' }] }, 67, 'Error in specification { key: { a: 0 }, name: "a" } :: caused by :: Values in the index key pattern cannot be 0.'],
    partial({ p: { $ne: 5 } }, '{ p: { $ne: 5 } }', '$not'),
    partial({ p: { $exists: false } }, '{ p: { $exists: false } }', '$not'),
    partial({ $nor: [{ p: 1 }] }, '{ $nor: [ { p: 1 } ] }', '$nor'),
    partial({ 'p.q': /a/ }, '{ p.q: /a/ }', 'p.q regex'),
    partial({ p: { $elemMatch: { $gt: 1 } } }, '{ p: { $elemMatch: { $gt: 1 } } }', 'p $elemMatch (value)'),
    ['an index that is not there', { collMod: 'c', index: { keyPattern: { q: 1 }, hidden: true } }, 27, () => `cannot find index { q: 1 } for ns ${on.db.databaseName}.c`],
  ],
  'change streams': [
    ['what a change stream is given', stage({ $changeStream: 5 }), 6188500, '$changeStream must take a nested object but found: $changeStream: 5'],
  ],
  'where an error comes up': [
    ['a stage that is wrong says which it is', adding('$$NOPE'), 17276, `${invalid}Use of undefined variable: NOPE`],
    ['a constant is evaluated beforehand', adding({ $size: 1 }), 17124, `${constant}The argument to $size must be an array, but was of type: int`],
    ['the others with a document', adding({ $size: '$n' }), 17124, () => `Executor error during aggregate command on namespace: ${on.db.databaseName}.c :: caused by :: The argument to $size must be an array, but was of type: int`],
    ['a constant of a filter', { find: 'c', filter: { $expr: { $divide: [1, 0] } } }, 2, "Failed to optimize expression :: caused by :: can't $divide by zero"],
    ['another _id in a replacement', updating({ _id: 2 }), 66, "Plan executor error during update :: caused by :: After applying the update, the (immutable) field '_id' was found to have been altered to _id: 2"],
    ['in a find', { find: 'c', projection: { z: { $size: '$n' } } }, 17124, () => `Executor error during find command: ${on.db.databaseName}.c :: caused by :: The argument to $size must be an array, but was of type: int`],
    ['in an update', updating({ $push: { n: 1 } }), 2, "Plan executor error during update :: caused by :: The field 'n' must be an array but is of type int in document {_id: 1}"],
    ['what cannot be renamed as the way to it leads through a value', updating({ $rename: { 'n.x': 'y' } }), 28, 'Plan executor error during update :: caused by :: cannot use the part (n of n.x) to traverse the element ({n: 2})'],
    ['not where the update itself is wrong', updating({ $inc: { n: 'x' } }), 14, 'Cannot increment with non-numeric argument: {n: "x"}'],
  ],
  'what an expression is given': [
    ['a part that is not known comes before one that is missing', adding({ $dateDiff: { k: 1 } }), 5166302, `${invalid}Unrecognized argument to $dateDiff: k`],
    ['a text that is no number', adding({ $toInt: '1x' }), 241, `${constant}Failed to parse number '1x' in $convert with no onError value: Did not consume whole string.`],
    ['a number that is too large', adding({ $toInt: 1e10 }), 241, `${constant}Conversion would overflow target type in $convert with no onError value: 1e+10`],
    ['doubles as C prints them', adding({ $mergeObjects: new Double(1234567) }), 40400, `${constant}$mergeObjects requires object inputs, but input 1.23457e+06 is of type double`],
    ['a text that is not a whole date', adding({ $toDate: '12:30' }), 241, `${constant}an incomplete date/time string has been found, with elements missing: "12:30"`],
    ['a text that is no day, with the zero behind its end', adding({ $toDate: '2026-02-30' }), 241, `${constant}Error parsing date string '2026-02-30'; 11: The parsed date was invalid '\0'`],
    ['an offset, and a zone beside it', adding({ $dateFromString: { dateString: '2026-01-01T00:00+07:00', timezone: 'Asia/Jakarta' } }), 241, `${constant}you cannot pass in a date/time string with GMT offset together with a timezone argument`],
    ['the name of a zone, and one beside it', adding({ $dateFromString: { dateString: '2026-01-01T00:00Z', timezone: 'Asia/Jakarta' } }), 241, `${constant}you cannot pass in a date/time string with time zone information ('Z') together with a timezone argument`],
    ['a specification as it was written', stage({ $limit: new Double(-2) }), 5107201, 'invalid argument to $limit stage: Expected a non-negative number in: $limit: -2.0'],
    ['bytes', stage({ $limit: new Binary(Buffer.from('z')) }), 5107201, 'invalid argument to $limit stage: Expected a number in: $limit: BinData(0, 7A)'],
    ['a decimal with a fraction', stage({ $skip: Decimal128.fromString('1.5') }), 5107200, 'invalid argument to $skip stage: Cannot represent as a 64-bit integer: $skip: 1.5'],
    ['paths in each other', stage({ $unset: ['v', 'v.a'] }), 31249, 'Invalid $unset :: caused by :: Path collision at v.a remaining portion a'],
  ],
}; // prettier-ignore

for (const [page, cases] of Object.entries(pages))
  describe(page, () =>
    test.for(cases)('%s', async ([, command, code, message]) => {
      expect(await refusal(command)).toEqual([code, typeof message === 'string' ? message : message()]);
    }),
  );

test('retryable writes and transactions that a driver would not send', async () => {
  const raw = await RawClient.connect(on.server.uri);
  const once = (txnNumber: number) => ({
    lsid: { id: new values.Binary(Buffer.alloc(16, 7), 4) },
    txnNumber: values.Long.fromNumber(txnNumber),
  });
  const many = { update: 'c', updates: [{ q: {}, u: { $set: { b: 1 } }, multi: true }], ...once(1) };
  expect((await raw.command(many))['writeErrors']).toMatchObject([
    { errmsg: 'Cannot use (or request) retryable writes with multi=true' },
  ]);
  const all = { delete: 'c', deletes: [{ q: {}, limit: 0 }], ...once(2) };
  expect((await raw.command(all))['writeErrors']).toMatchObject([
    { errmsg: 'Cannot use (or request) retryable writes with limit=0' },
  ]);
  await raw.command({ insert: 'c', documents: [{}], ...once(3) });
  // The number of another command's write is as if it were this one's.
  const other = { update: 'c', updates: [{ q: {}, u: { $set: { b: 1 } } }], ...once(3) };
  expect(await raw.command(other)).toMatchObject({ n: { value: 1 }, nModified: { value: 0 } });
  expect(await raw.command({ find: 'c', ...once(7), autocommit: false })).toMatchObject({
    errmsg:
      'Given transaction number 7 does not match any in-progress transactions. The active transaction number is 3',
  });
  raw.close();
});

// https://www.mongodb.com/docs/manual/core/read-preference/: drivers send it themselves, and only what is right.
test('a read preference that has no meaning is refused', async () => {
  const raw = await RawClient.connect(on.server.uri);
  const tags = [{ a: '1' }];
  const rows: [preference: Answer, code: number | undefined][] = [
    ['primary', 14],
    [{}, 40414],
    [{ mode: 1 }, 14],
    [{ mode: 'any' }, 2],
    [{ mode: 'primary', tags }, 2],
    [{ mode: 'primary', tags: [{}] }, undefined],
    [{ mode: 'primary', maxStalenessSeconds: 90 }, 2],
    [{ mode: 'primary', hedge: {} }, 72],
    [{ mode: 'nearest', maxStalenessSeconds: -1 }, 2],
    [{ mode: 'secondary', tags, maxStalenessSeconds: 90, hedge: { enabled: true } }, undefined],
  ];
  for (const [$readPreference, code] of rows)
    expect(
      (await raw.command({ find: 'c', $readPreference }))['code'],
      JSON.stringify($readPreference),
    ).toEqual(code === undefined ? undefined : new values.Int32(code));
  raw.close();
});

// The handshake's specification, "Limitations"; MongoDB's own checks of `client` are in client_metadata.cpp.
test.skipIf(process.env['MONGODB_URI'])(
  'what a client says of itself is checked, and only said once',
  async () => {
    const right = { driver: { name: 'd', version: '1' }, os: { type: 'o' } };
    const rows: [client: Answer, code: number | undefined][] = [
      [right, undefined],
      [{ ...right, application: { name: 'a'.repeat(128) }, platform: 5 }, undefined],
      ['x', 14],
      [{ ...right, application: 'x' }, 14],
      [{ ...right, os: { type: 1 } }, 14],
      [{ ...right, application: { name: 'a'.repeat(129) } }, 184],
      [{ ...right, platform: 'p'.repeat(450) }, 185],
      [{ os: right.os }, 183],
      [{ ...right, driver: { name: 'd' } }, 183],
    ];
    for (const [client, code] of rows) {
      const raw = await RawClient.connect(on.server.uri);
      expect((await raw.command({ hello: 1, client }))['code'], JSON.stringify(client)).toEqual(
        code === undefined ? undefined : new values.Int32(code),
      );
      expect(await raw.command({ hello: 1, client })).toMatchObject({ code: new values.Int32(186) });
      expect(await raw.command({ hello: 1 })).toMatchObject({ isWritablePrimary: true });
      raw.close();
    }
  },
);

// https://www.mongodb.com/docs/manual/reference/command/hello/: its older names tell of `ismaster` instead, and
// `helloOk` answers only a client that asks for it.
test.skipIf(process.env['MONGODB_URI'])(
  'hello and its older names each tell what they are asked',
  async () => {
    const raw = await RawClient.connect(on.server.uri);
    const told = async (command: Record<string, Answer>) =>
      Object.keys(await raw.command(command)).filter((name) => /ok$|master|writable/i.test(name));
    expect(await told({ hello: 1 })).toEqual(['isWritablePrimary', 'ok']);
    expect(await told({ isMaster: 1 })).toEqual(['ismaster', 'ok']);
    expect(await told({ ismaster: 1, helloOk: true })).toEqual(['helloOk', 'ismaster', 'ok']);
    raw.close();
  },
);
