import type { Doc } from '../bson/types.ts';
import { checked, type Checked, type Fields } from '../fields.ts';
import { apiFields } from './api-version.ts';
import type { Command } from './context.ts';
import { checkReadPreference } from './read-preference.ts';
import { sessionFields } from './session-options.ts';

/** What every command takes. */
const generic = {
  ...sessionFields,
  ...apiFields,
  $db: 'string',
  $clusterTime: 'object',
  stmtId: 'number',
  readConcern: 'object',
  writeConcern: 'object',
  $readPreference: 'object',
  maxTimeMS: 'number',
  maxTimeMSOpOnly: 'number',
  comment: 'any',
  // Of time series, which are not here: what is stored is raw.
  rawData: 'bool',
  $audit: 'any',
  $client: 'any',
  $configServerState: 'any',
} as const satisfies Fields;

const clusterTime = { clusterTime: 'timestamp', signature: 'object' } as const satisfies Fields;

const known = new Map<string, Fields>();

/** Refuses what a command does not take. */
export function checkCommand(
  name: string,
  { fields, required, lenient, struct = name }: Command,
  body: Doc,
): void {
  let all = known.get(name);
  if (!all) known.set(name, (all = { ...generic, [name]: 'any', ...fields }));
  const { $clusterTime: time, $readPreference: preference } = checked(
    struct,
    body,
    all,
    required,
    lenient,
  ) as Checked<typeof generic>;
  if (preference) checkReadPreference(preference);
  if (time) checked('$clusterTime', time, clusterTime, ['clusterTime'], true);
}
