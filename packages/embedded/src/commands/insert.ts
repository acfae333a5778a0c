import { collectionToWrite, type Command } from './context.ts';
import { counted } from './done.ts';
import { withTimes } from '../update/empty-times.ts';
import { insertDocument, runStatements, whenFree, writeFields, writing } from './writing.ts';

export const insert: Command = {
  fields: { ...writeFields, documents: 'objects' },
  ...writing,
  async run(context) {
    let n = 0;
    return runStatements(
      context,
      'documents',
      (doc) => doc,
      async (doc, statement) => {
        if (!context.retry?.done(statement)) {
          await whenFree(context, () =>
            insertDocument(context, collectionToWrite(context), withTimes(doc, context.server.time)),
          );
          context.retry?.add(statement, counted(1));
        }
        n++;
      },
      () => ({ n }),
    );
  },
};
