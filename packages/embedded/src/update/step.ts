import type { Doc, Value } from '../bson/types.ts';
import type { Environment } from '../expression/compile.ts';
import type { Modify } from './modify.ts';
import { applyAt, placesOf, type Targets } from './target.ts';

/** What an update does at one path. */
export interface Step {
  path: readonly string[];
  /** Changes the document, which is a copy of its own. */
  run(root: Doc, targets: Targets): void;
}

/** An update operator: its steps for one of its fields. */
export type Modifier = (path: string[], argument: Value, environment: Environment) => Step[];

/** An operator that changes the value at its path and nothing else. */
export const single =
  (make: (argument: Value, environment: Environment, path: string[]) => Modify): Modifier =>
  (path, argument, environment) => {
    const modify = make(argument, environment, path);
    return [
      {
        path,
        run(root, targets) {
          for (const place of placesOf(path, targets)) {
            targets.claim?.(place);
            applyAt(root, place, modify);
          }
        },
      },
    ];
  };
