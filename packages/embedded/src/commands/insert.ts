import { Int32 } from '../bson/types.ts';
import { collectionToWrite, type Command } from './context.ts';
import { Slices } from './cursor.ts';
import {
  insertDocument,
  isOrdered,
  statementNumber,
  statementsOf,
  whenFree,
  WriteErrors,
} from './writing.ts';

export const insert: Command = {
  fields: ['documents', 'ordered', 'bypassDocumentValidation', 'stmtIds'],
  inTransaction: true,
  retryable: true,
  writes: true,
  async run(context) {
    const documents = statementsOf(context, 'documents');
    const errors = new WriteErrors();
    const slices = new Slices(context.deadline);
    let inserted = 0;
    for (const [index, doc] of documents.entries()) {
      const statement = statementNumber(context, index);
      if (slices.due) {
        context.retry?.flush();
        await slices.pause();
      }
      try {
        if (!context.retry?.done(statement)) {
          await whenFree(context, () => insertDocument(context, collectionToWrite(context), doc));
          context.retry?.add(statement, { n: new Int32(1) });
        }
        inserted++;
      } catch (error) {
        errors.add(context, index, error);
        if (isOrdered(context) || context.transaction) break;
      }
    }
    return { n: inserted, ...errors.answer() };
  },
};
