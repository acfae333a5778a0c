import type { Answer } from '../bson/codec.ts';
import { fail } from '../errors.ts';
import type { Context } from './context.ts';
import { cursorAnswer, Limit, type Batches } from './cursor.ts';

/** Answers with the first batch, and keeps the rest behind a cursor. */
export async function openCursor(
  context: Context,
  ns: string,
  batches: Batches,
  size: number,
  single = false,
  tailing = false,
): Promise<Record<string, Answer>> {
  if (size < 0) fail('BadValue', `BSON field 'batchSize' value must be >= 0, actual value '${size}'`);
  const first = await batches.next(size, context.deadline, 0);
  if (first.done || single) {
    batches.close?.();
    return cursorAnswer(0n, ns, 'firstBatch', first.documents, first.more);
  }
  const cursor = context.server.cursors.add({
    ns,
    batches,
    limit: new Limit(tailing ? undefined : context.deadline),
    lsid: context.lsid,
    transaction: context.transaction,
    tailing,
    lasting: context.body['noCursorTimeout'] === true,
  });
  return cursorAnswer(cursor.id, ns, 'firstBatch', first.documents, first.more);
}
