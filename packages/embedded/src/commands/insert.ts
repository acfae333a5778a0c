import { Int32 } from '../bson/types.ts';
import { collectionToWrite, type Command } from './context.ts';
import { Slices } from './cursor.ts';
import { withTimes } from '../update/empty-times.ts';
import { insertDocument, runStatements, whenFree, writeFields, writing } from './writing.ts';

/** What a retry is told. */
const inserted = { n: new Int32(1) };

export const insert: Command = {
  fields: { ...writeFields, documents: 'objects' },
  ...writing,
  async run(context) {
    const slices = new Slices(context.deadline);
    let n = 0;
    return runStatements(
      context,
      'documents',
      (doc) => doc,
      async (doc, statement) => {
        if (slices.due) {
          context.retry?.flush();
          await slices.pause();
        }
        if (!context.retry?.done(statement)) {
          await whenFree(context, () =>
            insertDocument(context, collectionToWrite(context), withTimes(doc, context.server.time)),
          );
          context.retry?.add(statement, inserted);
        }
        n++;
      },
      () => ({ n }),
    );
  },
};
