import { fail } from '../errors.ts';
import type { Checked, Fields } from '../fields.ts';
import { isDoc, type Doc } from '../bson/types.ts';

export const apiFields = {
  apiVersion: 'string',
  apiStrict: 'bool',
  apiDeprecationErrors: 'bool',
} as const satisfies Fields;

/** The commands of version 1 of the Stable API. */
const stable = new Set([
  'abortTransaction',
  'aggregate',
  'commitTransaction',
  'count',
  'create',
  'createIndexes',
  'delete',
  'drop',
  'dropDatabase',
  'dropIndexes',
  'endSessions',
  'explain',
  'find',
  'findAndModify',
  'getMore',
  'hello',
  'insert',
  'killCursors',
  'listCollections',
  'listDatabases',
  'listIndexes',
  'ping',
  'refreshSessions',
  'update',
]);

/** Refuses a version of the Stable API that there is not, and under `apiStrict` a command that is not in it. */
export function checkApiVersion(name: string, body: Doc): void {
  const { apiVersion, apiStrict, apiDeprecationErrors } = body as Checked<typeof apiFields>;
  if (apiVersion === undefined) {
    if (apiStrict !== undefined || apiDeprecationErrors !== undefined)
      fail(4886600, 'Provided apiStrict and/or apiDeprecationErrors without passing apiVersion');
  } else if (apiVersion !== '1') fail('APIVersionError', 'API version must be "1"');
  if (apiStrict && !stable.has(name))
    fail('APIStrictError', `Provided apiStrict:true, but the command ${name} is not in API Version 1.`);
  if (apiStrict && isUnstable(body))
    fail('APIStrictError', `Provided apiStrict:true, but a part of this ${name} is not in API Version 1.`);
}

/** Whether it asks for what an aggregate in version 1 has not. */
function isUnstable({ aggregate, explain, pipeline }: Doc): boolean {
  if (aggregate === undefined) return false;
  const [stage] = Array.isArray(pipeline) ? pipeline : [];
  const { $collStats: stats, $changeStream: stream } = isDoc(stage) ? stage : {};
  return (
    explain !== undefined ||
    (isDoc(stats) && Object.keys(stats).some((part) => part !== 'count')) ||
    (isDoc(stream) && stream['showExpandedEvents'] !== undefined)
  );
}
