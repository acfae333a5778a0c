import { toNumber } from '../bson/numbers.ts';
import { Long, isNumeric, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { optionalArray, optionalNumber, type Command } from './context.ts';
import { cursorAnswer } from './cursor.ts';

export const getMore: Command = {
  fields: ['collection', 'batchSize', 'term', 'lastKnownCommittedOpTime'],
  inTransaction: true,
  async run(context) {
    const id = idOf(context.body['getMore']);
    const { cursors } = context.server;
    const cursor = cursors.get(id);
    if (!cursor || !cursor.ns.startsWith(`${context.db}.`))
      return fail('CursorNotFound', `cursor id ${id} not found`);
    if (cursor.ns !== `${context.db}.${String(context.body['collection'])}`)
      fail(
        'Unauthorized',
        `Requested getMore on namespace '${context.db}.${String(context.body['collection'])}', but cursor belongs to a different namespace ${cursor.ns}`,
      );
    if (cursor.transaction !== context.transaction)
      fail('CursorNotFound', `cursor id ${id} belongs to another transaction`);
    if (cursor.busy) fail(143, `cursor id ${id} is already in use`);
    if (cursor.lsid !== undefined && cursor.lsid !== context.lsid)
      fail(50738, `Cannot run getMore on cursor ${id}, which was created in another session`);
    const size = optionalNumber(context, 'batchSize') ?? 0;
    if (size < 0) fail(51024, `BSON field 'batchSize' value must be >= 0, actual value '${size}'`);
    cursor.busy = true;
    try {
      const wait = cursor.tailing ? (optionalNumber(context, 'maxTimeMS') ?? 1000) : undefined;
      const batch = await cursor.batches.next(
        size || Infinity,
        cursor.tailing ? undefined : context.deadline,
        wait,
      );
      if (cursors.get(id) !== cursor) return fail('CursorKilled', `cursor id ${id} was killed`);
      cursors.used(cursor);
      if (batch.done) cursors.close(id);
      return cursorAnswer(batch.done ? 0n : id, cursor.ns, 'nextBatch', batch.documents, batch.more);
    } catch (error) {
      cursors.close(id);
      throw error;
    } finally {
      cursor.busy = false;
    }
  },
};

function idOf(value: Value | undefined): bigint {
  if (value instanceof Long) return value.toBigInt();
  return isNumeric(value)
    ? BigInt(Math.trunc(toNumber(value)))
    : fail('TypeMismatch', "BSON field 'getMore.getMore' is the wrong type, expected type 'long'");
}

export const killCursors: Command = {
  fields: ['cursors'],
  inTransaction: true,
  run(context) {
    const killed: Value[] = [];
    const missing: Value[] = [];
    for (const id of optionalArray(context, 'cursors') ?? [])
      (context.server.cursors.close(idOf(id)) ? killed : missing).push(id);
    return { cursorsKilled: killed, cursorsNotFound: missing, cursorsAlive: [], cursorsUnknown: [] };
  },
};
