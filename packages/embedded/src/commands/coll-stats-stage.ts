import { decode } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import { isDoc, type Doc, type Value } from '../bson/types.ts';
import { show } from '../bson/show.ts';
import { fail } from '../errors.ts';
import { checked } from '../fields.ts';
import { known, type Context } from './context.ts';
import { collStats, scaleOf } from './status.ts';

/** The one document that $collStats begins a pipeline with. */
export async function collStatsDocument(context: Context, name: string, spec: Value): Promise<Doc> {
  if (context.transaction)
    fail('OperationNotSupportedInTransaction', '$collStats cannot be used in a transaction');
  if (!isDoc(spec))
    return fail(5447000, `$collStats must take a nested object but found: $collStats: ${show(spec)}`);
  const { count, storageStats } = checked('$collStats', spec, { count: 'object', storageStats: 'object' });
  if (count && Object.keys(count).length > 0)
    fail(31170, 'the count argument to $collStats must be an empty object');
  const { scale } = storageStats ?? {};
  const given = checked('$collStats.storageStats', scale === undefined ? {} : { scale }, { scale: 'number' });
  const body = { collStats: name, ...given } as Doc;
  scaleOf({ body });
  const ns = `${context.db}.${name}`;
  if ((count || storageStats) && !known(context, name))
    fail('NamespaceNotFound', `Collection [${ns}] not found.`);
  const { ns: _, ...stats } = await collStats.run({ ...context, name: 'collStats', body });
  return decode(
    encode({
      ns,
      host: context.server.address,
      localTime: context.now,
      ...(storageStats ? { storageStats: stats } : {}),
      ...(count ? { count: stats['count'] } : {}),
    }),
  );
}
