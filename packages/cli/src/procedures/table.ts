// Answers for people. Programs ask for --json.

/** The longest that a cell may be, in characters. */
const widest = 40;

/** What every document has and nobody looks for in a table. */
const dull = new Set(['version', 'revision', 'createdAt', 'updatedAt', 'isActive']);

/** The lines of an answer: a table of a list, a line for each field of one thing. */
export function linesOf(answer: unknown): string[] {
  if (Array.isArray(answer)) return tableOf(answer);
  if (!isRecord(answer)) return [cell(answer)];
  const { items, ...rest } = answer;
  if (Array.isArray(items) && !('id' in rest)) return tableOf(items);
  const fields = Object.entries(answer).filter(([, value]) => value !== undefined);
  return aligned(fields.map(([field, value]) => [field, cell(value, Infinity)]));
}

function tableOf(items: readonly unknown[]): string[] {
  const rows = items.map((item) => (isRecord(item) ? item : { value: item }));
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(
    (field) => !dull.has(field) && rows.some((row) => !isNested(row[field])),
  );
  if (rows.length === 0) return [];
  return aligned([fields, ...rows.map((row) => fields.map((field) => cell(row[field])))]);
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** What somebody typed into a name or a note must not steer the terminal of who reads it. */
function cell(value: unknown, longest = widest): string {
  const text = written(value).replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

function written(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  if (Array.isArray(value) && !value.some(isRecord)) return value.map(String).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isNested(value: unknown): boolean {
  return value === undefined || isRecord(value) || (Array.isArray(value) && value.some(isRecord));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
