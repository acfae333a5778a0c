/** The ways to look at the calendar. */
export const views = ['day', 'week', 'list'] as const;
export type View = (typeof views)[number];

/** The view that an address asks for. */
export const viewOf = (asked: string | null): View => views.find((view) => view === asked) ?? 'day';

/** How an address names it: a day is what is seen where nothing is said. */
export const viewQuery = (view: View): View | undefined => (view === 'day' ? undefined : view);
