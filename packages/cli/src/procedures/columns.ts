// Which columns a table has where nobody chose: derived from what the rows hold, so that a list of next year has them too.

export type Row = Readonly<Record<string, unknown>>;

/** What every document has and nobody looks for in a table. */
const dull = new Set(['version', 'revision', 'createdAt', 'updatedAt']);

const isId = (value: unknown) => typeof value === 'string' && /^[0-9a-f]{24}$/.test(value);
const isLocal = (value: unknown) => typeof value === 'string' && /^(\d{4}-\d\d-\d\d|\d\d:\d\d)$/.test(value);
const isShort = (value: unknown) =>
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  (typeof value === 'string' && value.length <= 20);

/** The fields of some rows, each once, in the order in which they come. */
export function fieldsOf(rows: readonly Row[]): string[] {
  const fields = new Set(rows.flatMap((row) => Object.keys(row)));
  return [...fields].filter((field) => rows.some((row) => row[field] !== undefined));
}

/**
 * What somebody looks for first, as many as the width holds: the id that the next command needs, the status, names, the
 * clinic's own days and times, what is told in a word, instants, long texts and at last ids of other things.
 * @param widthOf how wide a column is, with the space behind it
 */
export function chosenColumns(
  rows: readonly Row[],
  width: number,
  widthOf: (field: string) => number,
): string[] {
  const fields = fieldsOf(rows);
  const ranked = fields
    .flatMap((field) => {
      const rank = rankOf(field, rows);
      return rank === undefined ? [] : [{ field, rank }];
    })
    .toSorted((one, other) => one.rank - other.rank);
  let left = width;
  const chosen = new Set<string>();
  for (const { field } of ranked) {
    const needed = widthOf(field);
    // The first ones are there however narrow it is: a table of nothing helps nobody.
    if (needed > left && chosen.size >= 2) continue;
    chosen.add(field);
    left -= needed;
  }
  return fields.filter((field) => chosen.has(field));
}

/** The lower the sooner it is looked for; undefined for what no table shows unasked. */
function rankOf(field: string, rows: readonly Row[]): number | undefined {
  const values = rows.map((row) => row[field]).filter((value) => value !== undefined && value !== null);
  if (field === 'id') return 0;
  // What became of it is a short word, and without it the next command may be the wrong one.
  if (field === 'status') return 0.5;
  if (dull.has(field) || values.length === 0 || values.some(isNested)) return undefined;
  // Nobody has to be told of each that it is active.
  if (field === 'isActive' && values.every(Boolean)) return undefined;
  const named = rows.some((row) => row[field.replace(/Id$/, 'Name')] !== undefined);
  if (values.every(isId)) return named ? undefined : 6;
  // Who it is with comes after whose it is and when.
  if (field === 'staffName') return 2.5;
  if (/(^n|N)ame$/.test(field)) return 1;
  // Of a list of one day nobody looks for the day.
  if (values.every(isLocal)) return rows.length > 1 && new Set(values).size === 1 ? 5 : 2;
  if (values.every((value) => value instanceof Date)) return 4;
  return values.every(isShort) ? 3 : 5;
}

/** The list that an answer is, or holds a page of; undefined where it is one thing. */
export function listIn(answer: unknown): readonly unknown[] | undefined {
  if (Array.isArray(answer)) return answer;
  const { items } = isRecord(answer) && !('id' in answer) ? answer : {};
  return Array.isArray(items) ? items : undefined;
}

export function isNested(value: unknown): boolean {
  return isRecord(value) || (Array.isArray(value) && value.some(isRecord));
}

export function isRecord(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
