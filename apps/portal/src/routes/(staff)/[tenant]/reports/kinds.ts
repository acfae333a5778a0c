/** The ranges that a report is asked for by name. Apart from `range.ts`, which brings what a browser need not load. */
export const kinds = ['today', 'week', 'month', 'own'] as const;
export type Kind = (typeof kinds)[number];
