import { m } from '#lib/paraglide/messages.js';

/** What the groups of procedures that a token may call are about, in the order of the form. */
const groups: Readonly<Record<string, () => string>> = {
  tenants: () => m.platform_title(),
  bookings: () => m.token_bookings(),
  queue: () => m.queue_title(),
  availability: () => m.token_availability(),
  patients: () => m.nav_patients(),
  staff: () => m.nav_staff(),
  treatments: () => m.nav_treatments(),
  dayCloses: () => m.token_day_closes(),
  reports: () => m.nav_reports(),
  clinic: () => m.settings_title(),
  users: () => m.settings_users(),
  audit: () => m.settings_audit(),
  live: () => m.token_live(),
};

const groupText = (group: string) => groups[group]?.() ?? group;

/** A group that a token may be allowed, and whether to change what is in it too. */
export interface TokenGroup {
  readonly group: string;
  readonly label: string;
  readonly writable: boolean;
}

/** The groups of some scopes. */
export function groupsOf(scopes: readonly string[]): TokenGroup[] {
  return Object.keys(groups)
    .filter((group) => scopes.includes(`${group}:read`))
    .map((group) => ({ group, label: groupText(group), writable: scopes.includes(`${group}:write`) }));
}

/** What a token may do, in words: what it writes it also reads. */
export function scopesText(scopes: readonly string[]): string {
  const of = (access: string) =>
    scopes.filter((scope) => scope.endsWith(`:${access}`)).map((scope) => scope.split(':')[0] ?? '');
  const writes = of('write');
  const reads = of('read').filter((group) => !writes.includes(group));
  return [
    ...(writes.length > 0 ? [m.token_writes({ groups: writes.map(groupText).join(', ') })] : []),
    ...(reads.length > 0 ? [m.token_reads({ groups: reads.map(groupText).join(', ') })] : []),
  ].join(' · ');
}
