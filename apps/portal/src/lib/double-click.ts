/**
 * Whether a click is the second of a double click. Where an act puts the next one in its place, that would be done too,
 * and nobody meant it.
 */
export const isSecondClick = ({ detail }: MouseEvent): boolean => detail > 1;

/** Lets the second click of a double click do nothing. */
export function onlyFirstClick(event: MouseEvent): void {
  if (isSecondClick(event)) event.preventDefault();
}
