import { Binary, Decimal128, Long, MongoServerError, Timestamp, type Document } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());
beforeEach(async () => {
  await on.db.dropDatabase();
  await on.db.collection('c').createIndex({ a: 1 });
  await on.db.collection('d').insertOne({});
});

/** The code that a command is refused with; 0 when it is not. */
async function codeOf(command: Document, admin: boolean): Promise<unknown> {
  try {
    await (admin ? on.client.db('admin') : on.db).command(command);
    return 0;
  } catch (error) {
    return error instanceof MongoServerError ? error.code : error;
  }
}

const uuid = new Binary(Buffer.alloc(16), 4);
const one = Long.fromNumber(1);

/** For each page its rules: what is asked, where when not in the database of the test, and the code. */
const pages: Record<string, [rule: string, command: Document, code: number, admin?: boolean][]> = {
  'reference/method/cursor.maxTimeMS': [
    ['a number', { ping: 1, maxTimeMS: '1' }, 14],
    ['a whole one', { ping: 1, maxTimeMS: 1.5 }, 9],
    ['not negative', { ping: 1, maxTimeMS: -1 }, 2],
    ['an int', { ping: 1, maxTimeMS: 2 ** 31 }, 2],
    ['an int also when a long', { ping: 1, maxTimeMS: Long.MAX_VALUE }, 2],
    ['null is none', { ping: 1, maxTimeMS: null }, 0],
  ],
  'reference/read-concern': [
    ['a document', { find: 'c', readConcern: 'local' }, 14],
    ['level is a string', { find: 'c', readConcern: { level: 1 } }, 14],
    ['level is one of five', { find: 'c', readConcern: { level: 'bogus' } }, 2],
    ['no other fields', { find: 'c', readConcern: { other: 1 } }, 40415],
    ['after a time that is one', { find: 'c', readConcern: { afterClusterTime: new Timestamp(0n) } }, 72],
    ['reads have any level', { count: 'c', readConcern: { level: 'majority' } }, 0],
    [
      'writes have local only',
      { delete: 'c', deletes: [{ q: {}, limit: 1 }], readConcern: { level: 'majority' } },
      72,
    ],
    ['lists have local only', { listCollections: 1, readConcern: { level: 'majority' } }, 72],
    ['listCollections has no snapshot', { listCollections: 1, readConcern: { level: 'snapshot' } }, 72],
    ['listIndexes has no snapshot', { listIndexes: 'c', readConcern: { level: 'snapshot' } }, 72],
    ['listDatabases has no snapshot', { listDatabases: 1, readConcern: { level: 'snapshot' } }, 72, true],
    ['local is for all', { ping: 1, readConcern: { level: 'local' } }, 0],
  ],
  'reference/write-concern': [
    ['a document', { drop: 'c', writeConcern: 1 }, 14],
    ['a read has none', { find: 'c', writeConcern: { w: 1 } }, 72],
    ['w is not NaN', { drop: 'c', writeConcern: { w: NaN } }, 9],
  ],
  'reference/stable-api': [
    ['there is version 1', { ping: 1, apiVersion: '2' }, 322],
    ['strict needs a version', { ping: 1, apiStrict: true }, 4886600],
    ['strict knows stable commands', { ping: 1, apiVersion: '1', apiStrict: true }, 0],
    ['strict refuses others', { dbStats: 1, apiVersion: '1', apiStrict: true }, 323],
    [
      'strict knows only the count of $collStats',
      {
        aggregate: 'c',
        pipeline: [{ $collStats: { storageStats: {} } }],
        cursor: {},
        apiVersion: '1',
        apiStrict: true,
      },
      323,
    ],
  ],
  'reference/server-sessions': [
    ['txnNumber is a long', { find: 'c', txnNumber: 1, autocommit: false }, 14],
    ['txnNumber is not negative', { find: 'c', txnNumber: Long.fromNumber(-1), autocommit: false }, 72],
    ['a read is not retryable', { find: 'c', txnNumber: one }, 50768],
    ['autocommit is false', { find: 'c', txnNumber: one, autocommit: true }, 72],
    ['autocommit needs a number', { find: 'c', autocommit: false }, 72],
    [
      'startTransaction is true',
      { find: 'c', txnNumber: one, autocommit: false, startTransaction: false },
      72,
    ],
  ],
  'reference/command/killSessions': [
    ['a list', { killSessions: 1 }, 14],
    ['of documents', { killSessions: [1] }, 14],
    ['with a UUID', { killSessions: [{ id: new Binary(Buffer.alloc(16)) }] }, 14],
    ['of 16 bytes', { killSessions: [{ id: new Binary(Buffer.alloc(8), 4) }] }, 207],
    ['and nothing else', { killSessions: [{ id: uuid, other: 1 }] }, 40415],
    ['that may not be known', { killSessions: [{ id: uuid }], other: 1 }, 0],
  ],
  'reference/command/killCursors': [
    ['ids are longs', { killCursors: 'c', cursors: [1] }, 14],
    ['the collection is a name', { killCursors: 1, cursors: [] }, 73],
    ['ids are there', { killCursors: 'c' }, 40414],
  ],
  'reference/command/getMore': [
    ['the id is a long', { getMore: 1, collection: 'c' }, 14],
    ['the collection is there', { getMore: one }, 40414],
    ['batchSize is not negative', { getMore: one, collection: 'c', batchSize: -1 }, 2],
    ['the cursor is there', { getMore: one, collection: 'c' }, 43],
  ],
  'reference/command/create': [
    ['one that is there alike is no error', { create: 'c' }, 0],
    ['a name is not too long', { create: 'c'.repeat(255) }, 73],
    ['a name is no system name', { create: 'system.other' }, 73],
  ],
  'reference/command/dropDatabase': [
    ['the value is 1', { dropDatabase: 2 }, 5255100],
    ['the value is a number', { dropDatabase: true }, 14],
    ['not admin', { dropDatabase: 1 }, 20, true],
  ],
  'reference/command/renameCollection': [
    ['on admin', { renameCollection: 'x.c', to: 'x.d' }, 13],
    ['names are strings', { renameCollection: 1, to: 'x.d' }, 14, true],
    ['both are there', { renameCollection: 'x.c' }, 40414, true],
    ['not itself', { renameCollection: 'x.c', to: 'x.c' }, 20, true],
    ['no system name', { renameCollection: 'x.c', to: 'x.system.d' }, 20, true],
    ['no log of changes', { renameCollection: 'x.c', to: 'local.oplog.rs' }, 20, true],
    ['a name that can be', { renameCollection: 'x.c', to: 'x.' }, 73, true],
    ['dropTarget is no number', { renameCollection: 'x.c', to: 'x.d', dropTarget: 1 }, 14, true],
    ['the source is there', { renameCollection: 'x.c', to: 'x.d' }, 26, true],
    ['the source has its UUID', { renameCollection: 'x.c', to: 'x.d', collectionUUID: uuid }, 361, true],
  ],
  'reference/command/listCollections': [
    ['nameOnly is a bool', { listCollections: 1, nameOnly: 1 }, 14],
    ['batchSize is not negative', { listCollections: 1, cursor: { batchSize: -1 } }, 2],
    ['the cursor has no other fields', { listCollections: 1, cursor: { other: 1 } }, 40415],
  ],
  'reference/command/listDatabases': [
    ['on admin', { listDatabases: 1 }, 13],
    ['nameOnly may be a number', { listDatabases: 1, nameOnly: 1 }, 0, true],
  ],
  'reference/command/createIndexes': Object.entries({
    'sparse is a bool or a number': [{ key: { b: 1 }, name: 'b', sparse: 'yes' }, 14],
    'hidden is a bool': [{ key: { b: 1 }, name: 'b', hidden: 1 }, 14],
    'a key has a name': [{ key: { b: 1 } }, 9],
    'a key has no more than 32 fields': [
      { key: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`f${n}`, 1])), name: 'b' },
      13103,
    ],
    '_id is ascending': [{ key: { _id: -1 }, name: 'b' }, 2],
    '_id has no options': [{ key: { _id: 1 }, name: 'b', sparse: true }, 197],
    'an option is known': [{ key: { b: 1 }, name: 'b', other: 1 }, 197],
    'a time to live is a number': [{ key: { b: 1 }, name: 'b', expireAfterSeconds: NaN }, 67],
    'version 1 is there': [{ key: { b: 1 }, name: 'b', v: 1 }, 0],
    'version 0 is not': [{ key: { b: 1 }, name: 'b', v: 0 }, 67],
    'the same name has the same key': [{ key: { b: 1 }, name: 'a_1' }, 86],
    'the same key has the same name': [{ key: { a: 1 }, name: 'b' }, 85],
    'the same index has the same options': [{ key: { a: 1 }, name: 'a_1', hidden: true }, 85],
    'the same index is no error': [{ key: { a: 1 }, name: 'a_1' }, 0],
  } satisfies Record<string, [Document, number]>).map(([rule, [spec, code]]) => [
    rule,
    { createIndexes: 'c', indexes: [spec] },
    code as number,
  ]),
  'reference/command/dropIndexes': [
    ['the index is there', { dropIndexes: 'c', index: 'b_1' }, 27],
    ['and once', { dropIndexes: 'c', index: ['a_1', 'a_1'] }, 27],
    ['not that of _id', { dropIndexes: 'c', index: '_id_' }, 72],
    ['a name, a key or a list', { dropIndexes: 'c', index: null }, 14],
  ],
  'reference/command/explain': [
    ['a command that is there', { explain: { other: 1 } }, 59],
    ['that can be explained', { explain: { insert: 'c', documents: [{}] } }, 20],
    ['whose fields are right', { explain: { find: 'c', filter: 1 } }, 14],
    ['with a verbosity that is there', { explain: { find: 'c' }, verbosity: 'other' }, 2],
  ],
  'reference/command/dbStats': [
    ['scale is a number', { dbStats: 1, scale: '1' }, 14],
    ['of 1 at least', { dbStats: 1, scale: Decimal128.fromString('0.4') }, 2],
  ],
  'reference/command/hello': [
    ['a user has a database', { hello: 1, saslSupportedMechs: 'user' }, 2],
    ['fields may not be known', { hello: 1, other: 1 }, 0],
  ],
  'reference/command/ping': [['fields are known', { ping: 1, other: 1 }, 40415]],
};

describe.each(Object.entries(pages))('%s', (_, rules) => {
  test.each(rules)('%s', async (_rule, command, code, admin = false) => {
    expect(await codeOf(command, admin)).toBe(code);
  });
});
