import { refusal } from '../refusal.ts';

/** What two spellings of a name have in common. */
export function sameName(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

/** Ids by what names have in common; a name that several have is nobody's. */
export function idsByName<Id>(
  items: readonly { readonly id: Id; readonly name: string }[],
): ReadonlyMap<string, readonly Id[]> {
  const groups = Map.groupBy(items, ({ name }) => sameName(name));
  return new Map(Array.from(groups, ([name, all]) => [name, all.map(({ id }) => id)]));
}

/** @throws VALIDATION unless exactly one is named so */
export function idOf<Id>(ids: ReadonlyMap<string, readonly Id[]>, what: string, name: string): Id {
  const [id, ...others] = ids.get(sameName(name)) ?? [];
  if (id === undefined) throw refusal(what, `The clinic has no active "${name}".`);
  if (others.length > 0) throw refusal(what, `The clinic has several "${name}".`);
  return id;
}
