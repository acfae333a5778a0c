import { prepare, type FindRequest } from '../query/find.ts';
import type { Found } from '../query/scan.ts';
import type { Collection } from '../storage/catalogue.ts';
import { collectionOf, noteWrite, type Context } from './context.ts';
import { executing, onFirst } from './updating.ts';
import { whenFree } from './writing.ts';

export function removeDocument(context: Context, collection: Collection, { id, doc }: Found): void {
  context.data.remove(collection, id, doc);
  noteWrite(context);
}

/** Removes the first document of a request: what it was, undefined where there was none. */
export const removeFirst = (
  context: Context,
  request: Omit<FindRequest, 'limit'>,
): Promise<Found | undefined> =>
  whenFree(context, () => {
    const collection = collectionOf(context);
    const prepared = prepare(context.data, collection, { ...request, limit: 1 });
    return executing(context, () =>
      onFirst<Found | undefined>(
        context,
        collection,
        prepared,
        (found, there) => {
          removeDocument(context, there, found);
          return found;
        },
        () => undefined,
      ),
    );
  });
