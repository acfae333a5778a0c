import { encode, Raw, type Answer } from '../bson/encode.ts';
import { knownNames } from '../aggregate/update-pipeline.ts';
import { Int32, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { collectionOf, type Command, type Context } from './context.ts';
import { counted } from './done.ts';
import { checked, type Checked } from '../fields.ts';
import { isPositional, parseOrder } from './order.ts';
import { updateDocuments, type UpdateResult } from './updating.ts';
import { runStatements, type Statements, writeFields, writing } from './writing.ts';

const statementFields = {
  q: 'object',
  u: 'modification',
  c: 'object',
  multi: 'bool',
  upsert: 'bool',
  upsertSupplied: 'bool',
  collation: 'object',
  arrayFilters: 'objects',
  hint: 'hint',
  sort: 'object',
} as const;

type Statement = Checked<typeof statementFields, 'q' | 'u'>;

export const update: Command = {
  fields: { ...writeFields, updates: 'objects', let: 'object' },
  ...writing,
  run(context) {
    collectionOf(context);
    return runStatements(context, updates, { n: 0, upserted: undefined, nModified: 0 });
  },
};

interface Counts extends Record<string, Answer> {
  n: number;
  upserted: Raw[] | undefined;
  nModified: number;
}

const updates: Statements<Statement, Counts> = {
  name: 'updates',
  read,
  async once(context, statement, counts, number, index) {
    const result = await once(context, number, statement);
    counts.n += result.matched;
    counts.nModified += result.modified;
    if (result.upserted !== undefined)
      (counts.upserted ??= []).push(new Raw(encode({ index, _id: result.upserted })));
  },
};

/** An unknown stage, unlike all else that an update may have wrong, fails the command and not its statement. */
function read(given: Doc): Statement {
  const statement: Statement = checked('update.updates', given, statementFields, ['q', 'u']);
  if (Array.isArray(statement.u)) knownNames(statement.u);
  return statement;
}

async function once(context: Context, number: number, statement: Statement): Promise<UpdateResult> {
  const before = context.retry?.done(number);
  if (before) {
    const { n, m, u } = before as { n: Int32; m?: Int32; u?: Value };
    return { matched: n.value, modified: m?.value ?? 0, upserted: u };
  }
  const { q, u, c, multi, upsert, collation, arrayFilters, hint, sort } = statement;
  if (multi && context.retry)
    fail('InvalidOptions', 'Cannot use (or request) retryable writes with multi=true');
  if (multi && sort) fail('FailedToParse', 'Cannot specify sort with multi=true');
  const result = await updateDocuments(context, {
    filter: q,
    update: u,
    constants: c,
    multi: multi === true,
    upsert: upsert === true,
    collation,
    arrayFilters,
    hint,
    sort: parseOrder(sort, q, [collation, isPositional(u)]),
  });
  const { matched, modified, upserted } = result;
  const known = upserted === undefined ? counted(matched, modified) : { ...counted(1, 0), u: upserted };
  context.retry?.add(number, known);
  return result;
}
