/** What a spreadsheet would take for a formula when a file is opened. */
const formula = /^[=+\-@\t\r]/;

type Cell = string | number | Date | undefined;

function cell(value: Cell): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = value instanceof Date ? value.toISOString() : formula.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Rows as RFC 4180 writes them, in UTF-8 with the mark by which Excel knows it. Text that a spreadsheet would run as
 * a formula is led by an apostrophe.
 */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return `\ufeff${rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
}
