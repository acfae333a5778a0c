import { safeLong } from '../bson/safe-long.ts';
import { isDoc, type Doc } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { isTrue } from '../expression/boolean.ts';
import { checked } from '../fields.ts';

const fields = { mode: 'string', tags: 'array', maxStalenessSeconds: 'number', hedge: 'object' } as const;
const modes = ['primary', 'primaryPreferred', 'secondary', 'secondaryPreferred', 'nearest'];

/** Refuses where nobody can be read from; whoever can be, is this server. */
export function checkReadPreference(preference: Doc): void {
  const { mode, tags, maxStalenessSeconds, hedge } = checked(
    'readPreference',
    preference,
    fields,
    ['mode'],
    true,
  );
  if (!modes.includes(mode))
    fail('BadValue', `Enumeration value '${mode}' for field 'readPreference.mode' is not a valid value.`);
  const staleness = maxStalenessSeconds === undefined ? 0 : safeLong(maxStalenessSeconds);
  if (staleness < 0)
    fail(
      'BadValue',
      `BSON field 'readPreference.maxStalenessSeconds' value must be >= 0, actual value '${staleness}'`,
    );
  if (mode !== 'primary') return;
  if (hedge && isTrue(hedge['enabled'] ?? true))
    fail('InvalidOptions', 'cannot enable hedging for $readPreference mode "primaryOnly"');
  if (tags?.some((tag) => !isDoc(tag) || Object.keys(tag).length > 0))
    fail('BadValue', 'Only empty tags are allowed with primary read preference');
  if (staleness > 0) fail('BadValue', 'maxStalenessSeconds can not be set for the primary mode');
}
