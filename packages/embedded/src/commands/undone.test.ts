import { afterAll, beforeAll, expect, test } from 'vitest';
import { Binary, Int32, type Doc } from '../bson/types.ts';
import { dispatch } from './dispatch.ts';
import { openServer } from './server.ts';

// MongoDB's manual, "Write Concern": what is acknowledged with the default one survives. A commit that SQLite refuses
// is had by a foreign key that is looked at when the transaction ends.
const server = openServer(':memory:', 'relaxed', () => new Date());
const { db } = server.store.file.writer;
const client = { id: 1, uuid: new Binary(Buffer.alloc(16), Binary.SUBTYPE_UUID), address: 'this process' };
beforeAll(() =>
  db.exec(
    'PRAGMA foreign_keys = ON; CREATE TABLE owners(id INTEGER PRIMARY KEY); CREATE TABLE owned(owner INTEGER REFERENCES owners(id) DEFERRABLE INITIALLY DEFERRED)',
  ),
);
afterAll(() => server.close());

const commands: [name: string, body: (count: number) => Doc][] = [
  [
    'insert',
    (count) => ({ insert: 'docs', documents: Array.from({ length: count }, () => ({ a: new Int32(1) })) }),
  ],
  [
    'update',
    (count) => ({
      update: 'docs',
      updates: Array.from({ length: count }, (_, n) => ({
        q: { _id: new Int32(n) },
        u: { $set: { a: new Int32(1) } },
        upsert: true,
      })),
    }),
  ],
];

test.each(commands)(
  'a long bulk of %s is not acknowledged when the commit of its first part was refused',
  async (_, body) => {
    const bulk = () => dispatch(server, client, { ...body(20_000), $db: 'undone' });
    const { group } = server.store;
    const before = group.committed;
    expect(await bulk()).toMatchObject({ n: 20_000 });
    expect(group.committed - before, 'it goes over several commits').toBeGreaterThan(1);
    group.write(() => db.exec('INSERT INTO owned VALUES (7)'));
    expect(await bulk()).toMatchObject({ codeName: 'InternalError', errmsg: expect.stringContaining('could not be written') }); // prettier-ignore
    expect(await bulk()).toMatchObject({ n: 20_000 });
  },
);
