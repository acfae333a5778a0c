import { isDoc, type Doc, type Value } from '../bson/types.ts';
import { show } from '../bson/show.ts';
import { fail } from '../errors.ts';
import { parseFilter } from '../query/filter.ts';
import { compileFilter } from '../query/match.ts';
import type { Environment } from '../expression/compile.ts';
import { isEach } from './paths.ts';

/** Whether an array element is one that `$[name]` means. */
export type ArrayFilter = (item: Value) => boolean;

export function compileArrayFilters(
  value: readonly Doc[] = [],
  paths: readonly (readonly string[])[],
  environment: Environment,
  update: Doc,
): Map<string, ArrayFilter> {
  const filters = new Map<string, ArrayFilter>();
  for (const item of value) {
    const matches = compileFilter(parseFilter(item), { strings: environment.strings });
    const name = nameOf(item);
    if (filters.has(name))
      fail('FailedToParse', `Found multiple array filters with the same top-level field name ${name}`);
    filters.set(name, (element) => matches({ [name]: element }));
  }
  const used = new Set(
    paths.flat().flatMap((part) => (isEach(part) && part !== '$[]' ? [part.slice(2, -1)] : [])),
  );
  for (const name of used)
    if (!filters.has(name))
      fail(
        'BadValue',
        `No array filter found for identifier '${name}' in path '${paths.find((path) => path.includes(`$[${name}]`))?.join('.') ?? ''}'`,
      );
  for (const name of filters.keys())
    if (!used.has(name))
      fail(
        'FailedToParse',
        `The array filter for identifier '${name}' was not used in the update ${show(update)}`,
      );
  return filters;
}

/** The one name that all conditions of an array filter begin with. */
function nameOf(filter: Doc): string {
  const names = new Set<string>();
  const collect = (doc: Doc): void => {
    for (const [key, value] of Object.entries(doc)) {
      if (key.startsWith('$') && Array.isArray(value)) value.filter(isDoc).forEach(collect);
      else names.add(key.split('.')[0] as string);
    }
  };
  collect(filter);
  if (names.size === 0)
    fail('FailedToParse', 'Cannot use an expression without a top-level field name in arrayFilters');
  if (names.size > 1)
    fail(
      'FailedToParse',
      `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${[...names].join("' and '")}'`,
    );
  const [name] = names as unknown as [string];
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name))
    fail(
      'BadValue',
      `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${name}'`,
    );
  return name;
}
