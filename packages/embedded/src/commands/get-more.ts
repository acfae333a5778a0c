import { toNumber } from '../bson/numbers.ts';
import { safeLong } from '../bson/safe-long.ts';
import type { Value } from '../bson/types.ts';
import { fail, running } from '../errors.ts';
import { isLong, wrongType, type Checked } from '../fields.ts';
import { collectionName, type Command, type Context } from './context.ts';
import { cursorAnswer, type Cursor } from './cursor.ts';

const fields = {
  getMore: 'long',
  collection: 'string',
  batchSize: 'number',
  maxTimeMS: 'number',
  term: 'long',
  lastKnownCommittedOpTime: 'object',
} as const;
const required = ['getMore', 'collection'] as const;

/** How long a getMore waits for news when it does not say. */
const WAIT = 1000;

/** So many documents are a batch when nothing else is asked: few enough to be written in one go. */
const MOST = 16_000;

export const getMore: Command = {
  fields,
  required,
  inTransaction: 'later',
  async run(context) {
    const body = context.body as Checked<typeof fields, (typeof required)[number]>;
    const { cursors } = context.server;
    const id = body.getMore.toBigInt();
    const size = body.batchSize === undefined ? 0 : safeLong(body.batchSize);
    if (body.collection === '') fail('InvalidNamespace', 'Collection names cannot be empty');
    if (size < 0) fail('BadValue', `BSON field 'batchSize' value must be >= 0, actual value '${size}'`);
    const cursor = cursors.get(id) ?? fail('CursorNotFound', `cursor id ${id} not found`);
    checkUser(context, cursor, `${context.db}.${body.collection}`);
    if (body.maxTimeMS && !cursor.tailing)
      fail('BadValue', 'cannot set maxTimeMS on getMore command for a non-awaitData cursor');
    const wait = body.maxTimeMS ? toNumber(body.maxTimeMS) : WAIT;
    cursor.user = context.client;
    try {
      const batch = await running('Executor error during getMore', () =>
        cursor.limit.keep((deadline) => cursor.batches.next(size || MOST, deadline, wait)),
      );
      if (cursors.get(id) !== cursor) return fail('CursorKilled', `cursor id ${id} was killed`);
      cursors.used(cursor);
      if (batch.done) cursors.close(id);
      return cursorAnswer(batch.done ? 0n : id, cursor.ns, 'nextBatch', batch.documents, batch.more);
    } catch (error) {
      cursors.close(id);
      throw error;
    } finally {
      cursor.user = undefined;
    }
  },
};

/** Refuses who did not open the cursor: by another name, in another session or transaction, or at the same time. */
function checkUser(context: Context, cursor: Cursor, ns: string): void {
  const { id } = cursor;
  if (ns !== cursor.ns)
    fail(
      'Unauthorized',
      `Requested getMore on namespace '${ns}', but cursor belongs to a different namespace ${cursor.ns}`,
    );
  if (cursor.user) fail('CursorInUse', `cursor id ${id} is already in use`);
  checkSame(id, 'session', cursor.lsid, context.lsid, [50736, 50737, 50738]);
  checkSame(id, 'transaction', cursor.transaction, context.transaction, [50739, 50740, 50741]);
}

function checkSame(
  id: bigint,
  what: string,
  own: unknown,
  given: unknown,
  codes: [number, number, number],
): void {
  if (own === given) return;
  const cannot = `Cannot run getMore on cursor ${id}, which was`;
  if (!given) fail(codes[0], `${cannot} created in a ${what}, without one`);
  if (!own) fail(codes[1], `${cannot} not created in a ${what}, in one`);
  fail(codes[2], `${cannot} created in another ${what}`);
}

export const killCursors: Command = {
  fields: { cursors: 'array' },
  required: ['cursors'],
  inTransaction: 'later',
  run(context) {
    const { body, server } = context;
    // The cursors of listCollections and of a pipeline without a collection are of such names.
    if (!/^\$cmd\.(listCollections|aggregate)$/.test(String(body['killCursors']))) collectionName(context);
    const ids = (body['cursors'] as Value[]).filter((id) => id !== null);
    const [cursorsKilled, cursorsNotFound]: [Value[], Value[]] = [[], []];
    for (const [at, id] of (body['cursors'] as Value[]).entries())
      if (id !== null && !isLong(id))
        fail('TypeMismatch', wrongType(`killCursors.cursors.${at}`, id, "type 'long'"));
    for (const id of ids.filter(isLong))
      (server.cursors.close(id.toBigInt()) ? cursorsKilled : cursorsNotFound).push(id);
    return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] };
  },
};
