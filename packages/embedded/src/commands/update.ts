import type { Answer } from '../bson/codec.ts';
import { Int32, isDoc, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { collectionOf, type Command, type Context } from './context.ts';
import { isOrdered, statementNumber, statementsOf, WriteErrors } from './writing.ts';
import { updateDocuments, type UpdateResult } from './updating.ts';

const known = ['q', 'u', 'multi', 'upsert', 'collation', 'arrayFilters', 'hint', 'upsertSupplied'];

export const update: Command = {
  fields: ['updates', 'ordered', 'bypassDocumentValidation', 'let', 'stmtIds'],
  inTransaction: true,
  retryable: true,
  writes: true,
  async run(context) {
    const errors = new WriteErrors();
    const upserted: Answer[] = [];
    let matched = 0;
    let modified = 0;
    collectionOf(context);
    for (const [index, statement] of statementsOf(context, 'updates').entries()) {
      try {
        const result = await once(context, statementNumber(context, index), statement);
        matched += result.matched;
        modified += result.modified;
        if (result.upserted !== undefined) upserted.push({ index, _id: result.upserted });
      } catch (error) {
        errors.add(context, index, error);
        if (isOrdered(context) || context.transaction) break;
      }
    }
    return { n: matched, nModified: modified, ...(upserted.length ? { upserted } : {}), ...errors.answer() };
  },
};

async function once(context: Context, number: number, statement: Doc): Promise<UpdateResult> {
  const before = context.retry?.done(number);
  if (before) {
    const { n, m, u } = before as { n: Int32; m: Int32; u?: Value };
    return { matched: n.value, modified: m.value, upserted: u };
  }
  for (const field of Object.keys(statement))
    if (!known.includes(field)) fail(40415, `BSON field 'update.updates.${field}' is an unknown field.`);
  const { q, u } = statement;
  if (!isDoc(q)) return fail(40414, "BSON field 'update.updates.q' is missing but a required field");
  if (u === undefined) return fail(40414, "BSON field 'update.updates.u' is missing but a required field");
  const multi = statement['multi'] === true;
  if (multi && !Array.isArray(u) && !Object.keys(u as Doc)[0]?.startsWith('$'))
    fail('FailedToParse', 'multi update is not supported for replacement-style update');
  const result = await updateDocuments(context, {
    filter: q,
    update: u,
    multi,
    upsert: statement['upsert'] === true,
    collation: statement['collation'],
    arrayFilters: statement['arrayFilters'],
    hint: statement['hint'],
    sort: undefined,
  });
  context.retry?.add(number, {
    n: new Int32(result.matched),
    m: new Int32(result.modified),
    ...(result.upserted === undefined ? {} : { u: result.upserted }),
  });
  return result;
}
