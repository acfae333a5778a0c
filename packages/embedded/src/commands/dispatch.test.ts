import { afterAll, expect, test } from 'vitest';
import { Binary } from '../bson/types.ts';
import type { Client } from './context.ts';
import { dispatch } from './dispatch.ts';
import { openServer } from './server.ts';

const server = openServer(':memory:', 'full', () => new Date());
afterAll(() => server.close());

const client = (isHere: boolean): Client => ({
  id: 1,
  uuid: new Binary(Buffer.alloc(16), Binary.SUBTYPE_UUID),
  address: 'this process',
  isHere,
});
const insert = (by: Client) => dispatch(server, by, { insert: 'written', documents: [{}], $db: 'test' });

/** Whether something has ended before this turn of the event loop has. */
async function inThisTurn(work: Promise<unknown>): Promise<boolean> {
  let turned = false;
  setImmediate(() => (turned = true));
  await work;
  return !turned;
}

// Others may be about to write through sockets that are read in this turn, and share the commit.
test('who writes alone, from the process itself, is answered in the same turn of the event loop', async () => {
  await insert(client(false));
  expect(await inThisTurn(insert(client(false)))).toBe(false);
  expect(await inThisTurn(insert(client(true)))).toBe(true);
});

test('who writes at the same time shares a commit', async () => {
  const { committed } = server.store.group;
  await Promise.all(Array.from({ length: 16 }, () => insert(client(true))));
  expect(server.store.group.committed).toBe(committed + 1);
});
