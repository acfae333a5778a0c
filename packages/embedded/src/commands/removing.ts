import { inPart, Later } from '../bson/bounded.ts';
import type { Doc } from '../bson/types.ts';
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

interface Removed {
  found: Found;
  shown: Doc | undefined;
}

/**
 * Removes the first document of a request: what it was, undefined where there was none.
 * @param show what is shown of it, found out before it is removed
 */
export const removeFirst = (
  context: Context,
  request: Omit<FindRequest, 'limit'>,
  show?: (doc: Doc) => Doc,
): Promise<Removed | undefined> =>
  whenFree(context, () => {
    const collection = collectionOf(context);
    const prepared = prepare(context.data, collection, { ...request, limit: 1 });
    return executing(context, () =>
      onFirst<Removed | undefined>(
        context,
        collection,
        prepared,
        (found, there, before) => {
          const shown = show && inPart(show, found.doc, before);
          if (shown instanceof Later) return shown;
          removeDocument(context, there, found);
          return { found, shown };
        },
        () => undefined,
      ),
    );
  });
