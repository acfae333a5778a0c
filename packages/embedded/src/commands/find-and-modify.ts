import { encode, Raw } from '../bson/codec.ts';
import type { Doc } from '../bson/types.ts';
import { decode, type Answer } from '../bson/codec.ts';
import { fail } from '../errors.ts';
import { prepare } from '../query/find.ts';
import { parseSort } from '../query/sort.ts';
import { collectionOf, matchOptions, optionalDoc, type Command, type Context } from './context.ts';
import { projectionOf } from './projecting.ts';
import { firstFound, updateDocuments } from './updating.ts';
import { statementNumber, whenFree } from './writing.ts';

interface Outcome {
  lastErrorObject: Record<string, Answer>;
  value: Doc | null;
}

export const findAndModify: Command = {
  fields: [
    'query',
    'sort',
    'remove',
    'update',
    'new',
    'fields',
    'upsert',
    'bypassDocumentValidation',
    'collation',
    'arrayFilters',
    'hint',
    'let',
  ],
  inTransaction: true,
  retryable: true,
  writes: true,
  async run(context) {
    const statement = statementNumber(context, 0);
    const before = context.retry?.done(statement);
    if (before) return before['r'] as Doc;
    const { lastErrorObject, value } = await execute(context);
    const answer = encode({ lastErrorObject, value });
    context.retry?.add(statement, { r: decode(answer) });
    return { lastErrorObject, value: value && new Raw(encode(value)) };
  },
};

async function execute(context: Context): Promise<Outcome> {
  const { body } = context;
  const removing = body['remove'] === true;
  const after = body['new'] === true;
  const upsert = body['upsert'] === true;
  if (removing && body['update'] !== undefined)
    fail('FailedToParse', "Cannot specify both an 'update' and 'remove'=true");
  if (removing && after)
    fail(
      'FailedToParse',
      "Cannot specify both 'new'=true and 'remove'=true; 'remove' always returns the deleted document",
    );
  if (removing && upsert) fail('FailedToParse', "Cannot specify both 'upsert'=true and 'remove'=true");
  if (!removing && body['update'] === undefined)
    fail('FailedToParse', "Either an 'update' or 'remove'=true must be specified");
  const project = projectionOf(context, optionalDoc(context, 'fields'));
  const shown = (doc: Doc | undefined): Doc | null => (doc ? (project ? project.apply(doc) : doc) : null);
  if (removing) {
    const removed = await removeOne(context);
    return { lastErrorObject: { n: removed ? 1 : 0 }, value: shown(removed) };
  }
  const result = await updateDocuments(context, {
    filter: optionalDoc(context, 'query') ?? {},
    update: body['update'] as Doc,
    multi: false,
    upsert,
    collation: body['collation'],
    arrayFilters: body['arrayFilters'],
    hint: body['hint'],
    sort: parseSort(body['sort']),
  });
  const inserted = result.upserted !== undefined;
  return {
    lastErrorObject: {
      n: result.matched,
      updatedExisting: result.matched > 0 && !inserted,
      ...(inserted ? { upserted: result.upserted } : {}),
    },
    value: shown(after ? result.after : result.before),
  };
}

const removeOne = (context: Context): Promise<Doc | undefined> =>
  whenFree(context, async () => {
    const collection = collectionOf(context);
    const prepared = prepare(context.data, collection, {
      filter: optionalDoc(context, 'query') ?? {},
      sort: parseSort(context.body['sort']),
      hint: context.body['hint'],
      limit: 1,
      match: matchOptions(context),
    });
    const found = collection && (await firstFound(context, collection, prepared));
    if (!found) return undefined;
    context.data.remove(collection, found.id, found.doc);
    return found.doc;
  });
