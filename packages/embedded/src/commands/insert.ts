import type { Doc } from '../bson/types.ts';
import { collectionToWrite, type Command } from './context.ts';
import { counted } from './done.ts';
import { withTimes } from '../update/empty-times.ts';
import { insertDocument, runStatements, type Statements, whenFree, writeFields, writing } from './writing.ts';

export const insert: Command = {
  fields: { ...writeFields, documents: 'objects' },
  ...writing,
  run: (context) => runStatements(context, documents, { n: 0 }),
};

const documents: Statements<Doc, { n: number }> = {
  name: 'documents',
  read: (doc) => doc,
  async once(context, doc, counts, number) {
    if (!context.retry?.done(number)) {
      await whenFree(context, () =>
        insertDocument(context, collectionToWrite(context), withTimes(doc, context.server.time)),
      );
      context.retry?.add(number, counted(1));
    }
    counts.n++;
  },
};
