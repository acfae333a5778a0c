import { m } from './paraglide/messages.js';

/** The places that staff go to from anywhere, in their order, with the key that leads there. */
export const places = {
  today: { key: 'T', label: () => m.nav_today() },
  calendar: { key: 'E', label: () => m.nav_calendar() },
  book: { key: 'B', label: () => m.nav_book() },
  walkIn: { key: 'W', label: () => m.nav_walk_in() },
  patients: { key: 'P', label: () => m.nav_patients() },
  payments: { key: 'K', label: () => m.nav_payments() },
  reports: { key: 'G', label: () => m.nav_reports() },
  treatments: { key: 'L', label: () => m.nav_treatments() },
  staff: { key: 'J', label: () => m.nav_staff() },
} satisfies Record<string, { key: string; label: () => string }>;

export type Place = keyof typeof places;

/** Where each place is; undefined where somebody may not go. */
export type Links = Readonly<Record<Place, string | undefined>>;
