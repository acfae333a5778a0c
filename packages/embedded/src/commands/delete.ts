import { toNumber } from '../bson/numbers.ts';
import { Int32, isDoc, isNumeric, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { find, prepare } from '../query/find.ts';
import { collectionOf, environmentOf, matchOptions, type Command, type Context } from './context.ts';
import { Slices } from './cursor.ts';
import { firstFound, idsOf, reread } from './updating.ts';
import { isOrdered, statementNumber, statementsOf, whenFree, WriteErrors } from './writing.ts';

const known = ['q', 'limit', 'collation', 'hint'];

export const remove: Command = {
  fields: ['deletes', 'ordered', 'let', 'stmtIds'],
  inTransaction: true,
  retryable: true,
  writes: true,
  async run(context) {
    const errors = new WriteErrors();
    let deleted = 0;
    for (const [index, statement] of statementsOf(context, 'deletes').entries()) {
      try {
        deleted += await once(context, statementNumber(context, index), statement);
      } catch (error) {
        errors.add(context, index, error);
        if (isOrdered(context) || context.transaction) break;
      }
    }
    return { n: deleted, ...errors.answer() };
  },
};

async function once(context: Context, number: number, statement: Doc): Promise<number> {
  const before = context.retry?.done(number);
  if (before) return (before['n'] as Int32).value;
  for (const field of Object.keys(statement))
    if (!known.includes(field)) fail(40415, `BSON field 'delete.deletes.${field}' is an unknown field.`);
  const { q, limit } = statement;
  if (!isDoc(q)) return fail(40414, "BSON field 'delete.deletes.q' is missing but a required field");
  const most = isNumeric(limit) ? toNumber(limit) : NaN;
  if (most !== 0 && most !== 1)
    return fail('FailedToParse', `The limit field in delete objects must be 0 or 1. Got ${String(limit)}`);
  const deleted = await deleteDocuments(context, q, most === 1, statement['collation'], statement['hint']);
  context.retry?.add(number, { n: new Int32(deleted) });
  return deleted;
}

async function deleteDocuments(
  context: Context,
  filter: Doc,
  one: boolean,
  collation: Value | undefined,
  hint: Value | undefined,
): Promise<number> {
  const match = matchOptions(context, environmentOf(context, collation));
  const prepareNow = () => {
    const collection = collectionOf(context);
    return {
      collection,
      prepared: prepare(context.data, collection, { filter, hint, limit: one ? 1 : undefined, match }),
    };
  };
  if (one) {
    return whenFree(context, async () => {
      const { collection, prepared } = prepareNow();
      const found = collection && (await firstFound(context, collection, prepared));
      if (!found) return 0;
      context.data.remove(collection, found.id, found.doc);
      return 1;
    });
  }
  const { collection, prepared } = prepareNow();
  if (!collection) return 0;
  const slices = new Slices(context.deadline);
  let deleted = 0;
  for (const id of await idsOf(context, find(context.data, collection, prepared))) {
    await whenFree(context, () => {
      const found = reread(context, id, prepared);
      if (!found) return;
      context.data.remove(collection, id, found.doc);
      deleted++;
    });
    if (deleted % 100 === 0) await slices.pause();
  }
  return deleted;
}
