/** The price list as it is put into another order. Pure: what a form asks for without script and what is dragged. */

/** A line of the price list, as far as its place goes. */
export interface Placed {
  readonly id: string;
  readonly category: string;
}

const idsOf = (list: readonly Placed[]) => list.map(({ id }) => id);

/** The list by its ids; what they do not name stays at the end. */
export function arranged<Line extends Placed>(list: readonly Line[], ids: readonly string[]): Line[] {
  const place = new Map(ids.map((id, index) => [id, index]));
  return list.toSorted((a, b) => (place.get(a.id) ?? ids.length) - (place.get(b.id) ?? ids.length));
}

/** The ids after one treatment has moved within its category, to before the one that stands `at` there. */
export function movedTo(list: readonly Placed[], id: string, at: number): string[] {
  const category = list.find((one) => one.id === id)?.category;
  const group = idsOf(list.filter((one) => one.category === category));
  const reordered = put(group, id, at);
  return list.flatMap((one) => {
    if (one.category !== category) return [one.id];
    return one.id === group[0] ? reordered : [];
  });
}

/** The ids after a whole category has moved to before the one that stands `at` among the categories. */
export function categoryMovedTo(list: readonly Placed[], category: string, at: number): string[] {
  const groups = Map.groupBy(list, (one) => one.category);
  return put([...groups.keys()], category, at).flatMap((name) => idsOf(groups.get(name) ?? []));
}

/** Where something stands in its list, counted from 0; -1 when it is not there. */
export function placeOf(list: readonly Placed[], what: { id: string } | { category: string }): number {
  if ('category' in what) return [...new Set(list.map((one) => one.category))].indexOf(what.category);
  const category = list.find((one) => one.id === what.id)?.category;
  return idsOf(list.filter((one) => one.category === category)).indexOf(what.id);
}

/** A list with one of its items before the one that stood at a place, counted before it was taken out. */
function put(items: readonly string[], item: string, at: number): string[] {
  const from = items.indexOf(item);
  if (from < 0) return [...items];
  const rest = items.toSpliced(from, 1);
  return rest.toSpliced(Math.max(0, from < at ? at - 1 : at), 0, item);
}
