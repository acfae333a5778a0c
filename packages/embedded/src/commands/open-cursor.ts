import type { Answer } from '../bson/encode.ts';
import { fail, running } from '../errors.ts';
import type { Context } from './context.ts';
import { cursorAnswer, leave, Limit, listAnswer, type Batches } from './cursor.ts';

/** What MongoDB says a command was at when an error came up. */
const whatRuns: Record<string, (ns: string) => string> = {
  find: (ns) => `Executor error during find command: ${ns}`,
  aggregate: (ns) => `Executor error during aggregate command on namespace: ${ns}`,
};

async function firstBatch(
  context: Context,
  ns: string,
  batches: Batches,
  size: number,
): ReturnType<Batches['next']> {
  const { client, deadline, name } = context;
  try {
    const batch = await running(whatRuns[name]?.(ns), () => batches.next(size, deadline, 0, client));
    return client.gone ? leave() : batch;
  } catch (error) {
    batches.close?.();
    throw error;
  }
}

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
  const first = await firstBatch(context, ns, batches, size);
  const answer = (id: bigint): Record<string, Answer> =>
    context.name.startsWith('list')
      ? listAnswer(id, ns, first.documents)
      : cursorAnswer(id, ns, 'firstBatch', first.documents, first.more);
  if (first.done || single) {
    batches.close?.();
    return answer(0n);
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
  return answer(cursor.id);
}
