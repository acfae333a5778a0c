/** So many are named. */
const most = 5;

/** Some of many names, as they stand in a sentence: the first five, and how many more there are. */
export function named(all: readonly string[]): string {
  const more = all.length > most ? ` and ${all.length - most} more` : '';
  return `${all.slice(0, most).join(', ')}${more}`;
}
