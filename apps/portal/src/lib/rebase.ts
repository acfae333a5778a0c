/** A form somebody fills while somebody else saves: what both typed, brought together. Pure. */

/** What a form is filled with: the text of a field, or the choices of a list. */
export type Filled = Readonly<Record<string, string | readonly string[]>>;

/** A field that somebody else changed meanwhile. */
export interface Theirs {
  readonly field: string;
  readonly from: string | readonly string[];
  readonly to: string | readonly string[];
  /** What was typed here instead, where both changed it to something different. */
  readonly typed?: string | readonly string[];
}

/**
 * What was left as it stood becomes theirs, what was changed here stays as it was typed.
 * @param before the form as it was when it was opened
 * @param now the form as it would be opened now
 */
export function rebased<Form extends Filled>(
  typed: Form,
  before: Form,
  now: Form,
): { filled: Form; theirs: Theirs[] } {
  const filled: Record<string, string | readonly string[]> = { ...typed };
  const theirs: Theirs[] = [];
  for (const [field, to] of Object.entries(now)) {
    const [from = '', mine = ''] = [before[field], typed[field]];
    if (same(from, to)) continue;
    if (same(mine, from)) filled[field] = to;
    const clashes = !same(mine, from) && !same(mine, to);
    theirs.push({ field, from, to, ...(clashes && { typed: mine }) });
  }
  return { filled: filled as Form, theirs };
}

/** Choices have no order. */
function same(a: string | readonly string[], b: string | readonly string[]): boolean {
  const plain = (value: string | readonly string[]) =>
    typeof value === 'string' ? value : JSON.stringify(value.toSorted());
  return plain(a) === plain(b);
}
