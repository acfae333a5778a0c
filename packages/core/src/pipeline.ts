import { isPlainObject } from './dialect.ts';
import type { Stage } from './query.ts';

declare const built: unique symbol;

/** Stages in which no field is the tenant's, and no text leads to it. */
export type Pipeline = readonly Stage[] & { readonly [built]: true };

/** A path to the tenant, from the document at hand, from a variable or within what was joined. */
type Path = `$${'' | `${string}.`}tenantId${'' | `.${string}`}`;

type Key = 'tenantId' | `tenantId.${string}` | `${string}.tenantId`;

/** What of stages that are written out names the tenant; never when nothing does. */
type Named<Part, Depth extends 0[] = []> = Depth['length'] extends 16
  ? never
  : Part extends string
    ? Extract<Part, Path>
    : Part extends number | boolean | Date | null | undefined
      ? never
      : Part extends readonly (infer Item)[]
        ? Named<Item, [...Depth, 0]>
        : { [Name in keyof Part]-?: NamedIn<Name, NonNullable<Part[Name]>, Depth> }[keyof Part];

type NamedIn<Name, Part, Depth extends 0[]> = [Part] extends [never]
  ? never
  : Name extends Key
    ? Name
    : Name extends 'from'
      ? never
      : Name extends '$unset' | 'localField' | 'foreignField'
        ? Extract<Part extends readonly (infer Item)[] ? Item : Part, Key>
        : Named<Part, [...Depth, 0]>;

/**
 * The one way to a pipeline. What is written out is looked at by the compiler here, which asks for an argument that there
 * is not where the tenant is named; what a variable brings along, such as a name in a text, by the handle before it is sent.
 */
export function pipeline<const Stages extends readonly Stage[]>(
  stages: Stages,
  ..._tenantNamed: [Named<Stages>] extends [never] ? [] : [by: Named<Stages>, refused: never]
): Pipeline {
  return stages as readonly Stage[] as Pipeline;
}

const isTenant = (path: string): boolean => path.split('.').includes('tenantId');

/**
 * Whether a text in a stage leads to the tenant; the stages inside of it are asked about one by one. What a `$match` says
 * is no path: in its values a `$` is a character.
 */
export function leadsToTenant(stage: Stage): boolean {
  if (stage.$match || stage.$facet) return false;
  if (stage.$join) return [stage.$join.localField, stage.$join.foreignField].some(isTenant);
  if (stage.$unset) return [stage.$unset].flat().some((path) => isTenant(String(path)));
  return hasPath(stage);
}

function hasPath(value: unknown): boolean {
  if (typeof value === 'string') return value.startsWith('$') && isTenant(value.replaceAll('$', ''));
  if (Array.isArray(value)) return value.some(hasPath);
  return isPlainObject(value) && Object.values(value).some(hasPath);
}
