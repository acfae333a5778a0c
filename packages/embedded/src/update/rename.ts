import { field, isDoc, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { show } from '../bson/show.ts';
import { NOTHING, type Modify } from './modify.ts';
import { isEach, parsePath } from './paths.ts';
import type { Modifier } from './step.ts';
import { applyAt } from './target.ts';

const away: Modify = { missing: 'ignore', change: () => NOTHING };

export const rename: Modifier = (from, argument) => {
  const source = from.join('.');
  if (typeof argument !== 'string')
    return fail('BadValue', `The 'to' field for $rename must be a string: ${source}: ${show(argument)}`);
  const to = parsePath(argument);
  if (argument === source)
    fail('BadValue', `The source and target field for $rename must differ: ${source}: "${argument}"`);
  if (`${argument}.`.startsWith(`${source}.`) || `${source}.`.startsWith(`${argument}.`))
    fail(
      'BadValue',
      `The source and target field for $rename must not be on the same path: ${source}: "${argument}"`,
    );
  for (const [end, path] of Object.entries({ source: from, destination: to }))
    if (path.some((part) => part === '$' || isEach(part)))
      fail('BadValue', `The ${end} field for $rename may not be dynamic: ${path.join('.')}`);
  return [
    // The source only stands here so that nothing else changes it.
    { path: from, run: () => undefined },
    {
      path: to,
      run(root) {
        const value = read(root, from);
        if (value === undefined) return;
        refuseArrays(root, from, 'source');
        refuseArrays(root, to, 'destination');
        const paths = [from, to].filter(([name]) => root['_id'] !== undefined && name === '_id');
        if (paths[0])
          fail(
            'ImmutableField',
            `Performing an update on the path '${paths[0].join('.')}' would modify the immutable field '_id'`,
          );
        applyAt(root, to, { missing: 'make', change: () => value });
        applyAt(root, from, away);
      },
    },
  ];
};

/** The value at the source; what stands in the way of the path is an error, as it is for other operators. */
function read(root: Doc, path: readonly string[]): Value | undefined {
  let value: Value | undefined;
  applyAt(root, path, {
    missing: 'seek',
    change(old) {
      value = old;
      return old ?? NOTHING;
    },
  });
  return value;
}

function refuseArrays(root: Doc, path: readonly string[], end: string): void {
  let value: Value | undefined = root;
  for (const [at, part] of path.entries()) {
    if (Array.isArray(value))
      fail(
        'BadValue',
        `The ${end} field cannot be an array element, '${path.join('.')}' in doc with ${root['_id'] === undefined ? 'no id' : `_id: ${show(root['_id'])}`} has an array field called '${path[at - 1]}'`,
      );
    value = isDoc(value) ? field(value, part) : undefined;
  }
}
