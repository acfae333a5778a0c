import { encode, Raw, type Answer } from '../bson/encode.ts';
import type { Doc } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { isTrue } from '../expression/boolean.ts';
import { collectionName, matchOptions, type Command, type Context } from './context.ts';
import type { Checked } from '../fields.ts';
import { isPositional, parseOrder } from './order.ts';
import { projectionOf } from './projecting.ts';
import { removeFirst } from './removing.ts';
import { updateDocuments } from './updating.ts';
import { statementNumber, writing, type Version } from './writing.ts';

interface Outcome {
  lastErrorObject: Record<string, Answer>;
  /** The document, as a projection shows it, or null. */
  value: Raw | null;
}

const fields = {
  query: 'object',
  sort: 'object',
  remove: 'flag',
  update: 'modification',
  new: 'flag',
  fields: 'object',
  upsert: 'flag',
  bypassDocumentValidation: 'flag',
  collation: 'object',
  arrayFilters: 'objects',
  hint: 'hint',
  let: 'object',
} as const;

export const findAndModify: Command = {
  fields,
  ...writing,
  async run(context) {
    const statement = statementNumber(context, 0);
    const before = context.retry?.done(statement);
    if (before) return before['r'] as Record<string, Answer>;
    const { lastErrorObject, value } = await execute(context);
    context.retry?.add(statement, { r: { lastErrorObject, value } });
    return { lastErrorObject, value };
  },
};

async function execute(context: Context): Promise<Outcome> {
  const body = context.body as Checked<typeof fields>;
  const { update, arrayFilters } = body;
  // A wrong name comes before options that contradict each other.
  collectionName(context);
  const removing = isTrue(body.remove);
  const after = isTrue(body.new);
  const upsert = isTrue(body.upsert);
  if (removing && update) fail('FailedToParse', 'Cannot specify both an update and remove=true');
  if (removing && after)
    fail(
      'FailedToParse',
      "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
    );
  if (removing && upsert) fail('FailedToParse', 'Cannot specify both upsert=true and remove=true ');
  if (removing && arrayFilters) fail('FailedToParse', 'Cannot specify arrayFilters and remove=true');
  const showsPosition = Object.keys(body.fields ?? {}).some((name) => name.endsWith('.$'));
  if (after && showsPosition)
    fail('BadValue', 'Cannot use a positional projection and return the new document');
  const project = projectionOf(context, body.fields, body.query);
  const shown = (version: Version | undefined, seen: Doc | undefined): Raw | null =>
    version ? new Raw(seen ? encode(seen) : version.body) : null;
  const { query = {}, hint, collation } = body;
  const sort = parseOrder(body.sort, query, [body.fields, collation, update && isPositional(update)]);
  const wanted = { filter: query, hint, sort };
  if (removing) {
    const removed = await removeFirst(context, { ...wanted, match: matchOptions(context) }, project);
    return { lastErrorObject: { n: removed ? 1 : 0 }, value: shown(removed?.found, removed?.shown) };
  }
  if (!update) return fail('FailedToParse', 'Either an update or remove=true must be specified');
  const result = await updateDocuments(context, {
    ...wanted,
    update,
    multi: false,
    upsert,
    collation,
    arrayFilters,
    show: project && ((old, made) => (after ? project(made) : old && project(old))),
  });
  const inserted = result.upserted !== undefined;
  return {
    lastErrorObject: {
      n: result.matched,
      updatedExisting: result.matched > 0 && !inserted,
      ...(inserted ? { upserted: result.upserted } : {}),
    },
    value: shown(after ? result.after : result.before, result.shown),
  };
}
