import { toNumber } from '../bson/numbers.ts';
import { Int32, isNumeric, type Doc } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { find, prepare } from '../query/find.ts';
import { collectionOf, environmentOf, matchOptions, type Command, type Context } from './context.ts';
import { counted } from './done.ts';
import { checked } from '../fields.ts';
import { removeDocument, removeFirst } from './removing.ts';
import { executing, idsOf, reread } from './updating.ts';
import { runStatements, slicesOf, type Statements, whenFree, writeFields, writing } from './writing.ts';

interface Statement {
  q: Doc;
  one: boolean;
  collation?: Doc | undefined;
  hint?: string | Doc | undefined;
}

function readStatement(statement: Doc): Statement {
  const fields = { q: 'object', limit: 'any', collation: 'object', hint: 'hint' } as const;
  const { limit, ...rest } = checked('delete.deletes', statement, fields, ['q', 'limit']);
  // What is no number MongoDB takes for no limit.
  const most = isNumeric(limit) ? toNumber(limit) : 0;
  if (most !== 0 && most !== 1)
    fail('FailedToParse', `The limit field in delete objects must be 0 or 1. Got ${most}`);
  return { ...rest, one: most === 1 };
}

export const remove: Command = {
  fields: { ...writeFields, deletes: 'objects', let: 'object' },
  ...writing,
  run: (context) => runStatements(context, deletes, { n: 0 }),
};

const deletes: Statements<Statement, { n: number }> = {
  name: 'deletes',
  read: readStatement,
  async once(context, statement, counts, number) {
    counts.n += await once(context, number, statement);
  },
};

async function once(context: Context, number: number, statement: Statement): Promise<number> {
  const before = context.retry?.done(number);
  if (before) return (before['n'] as Int32).value;
  if (!statement.one && context.retry)
    fail('InvalidOptions', 'Cannot use (or request) retryable writes with limit=0');
  const deleted = await deleteDocuments(context, statement);
  context.retry?.add(number, counted(deleted));
  return deleted;
}

async function deleteDocuments(context: Context, statement: Statement): Promise<number> {
  const { q, one, collation, hint } = statement;
  const match = matchOptions(context, environmentOf(context, collation));
  const request = { filter: q, hint, match };
  if (one) return (await removeFirst(context, request)) ? 1 : 0;
  const collection = collectionOf(context);
  const prepared = prepare(context.data, collection, request);
  if (!collection) return 0;
  return executing(context, async () => {
    const slices = slicesOf(context);
    let deleted = 0;
    for (const id of await idsOf(context, find(context.data, collection, prepared))) {
      await whenFree(context, () => {
        const found = reread(context, id, prepared);
        if (!found) return;
        removeDocument(context, collection, found);
        deleted++;
      });
      if (deleted % 100 === 0) await slices.pause();
    }
    return deleted;
  });
}
