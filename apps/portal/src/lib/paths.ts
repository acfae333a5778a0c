/** The pages of a clinic's staff, by its slug. */
export const paths = {
  today: (slug: string) => `/${slug}`,
  start: (slug: string) => `/${slug}/start`,
  calendar: (slug: string) => `/${slug}/calendar`,
  login: (slug: string) => `/${slug}/login`,
  account: (slug: string) => `/${slug}/account`,
  /** Where a one-time link leads. */
  password: (slug: string, token: string) => `/${slug}/password/${token}`,
  logout: (slug: string) => `/${slug}/logout`,
  book: (slug: string) => `/${slug}/book`,
  walkIn: (slug: string) => `/${slug}/walk-in`,
  queueScreen: (slug: string) => `/${slug}/queue/screen`,
  payments: (slug: string) => `/${slug}/payments`,
  reports: (slug: string) => `/${slug}/reports`,
  receipt: (slug: string, id: string) => `/${slug}/bookings/${id}/receipt`,
  patients: (slug: string) => `/${slug}/patients`,
  newPatient: (slug: string) => `/${slug}/patients/new`,
  patient: (slug: string, id: string) => `/${slug}/patients/${id}`,
  mergePatient: (slug: string, id: string) => `/${slug}/patients/${id}/merge`,
  exportPatient: (slug: string, id: string, format: 'csv' | 'json') =>
    `/${slug}/patients/${id}/export?format=${format}`,
  treatments: (slug: string) => `/${slug}/treatments`,
  newTreatment: (slug: string) => `/${slug}/treatments/new`,
  treatment: (slug: string, id: string) => `/${slug}/treatments/${id}`,
  staff: (slug: string) => `/${slug}/staff`,
  newStaff: (slug: string) => `/${slug}/staff/new`,
  rota: (slug: string) => `/${slug}/staff/rota`,
  staffMember: (slug: string, id: string) => `/${slug}/staff/${id}`,
  /** Where the bookings of a staff member's day are moved at once. */
  moveDay: (slug: string, id: string, date?: string) =>
    `/${slug}/staff/${id}/move${date === undefined ? '' : `?date=${date}`}`,
  settings: (slug: string) => `/${slug}/settings`,
  themeSettings: (slug: string) => `/${slug}/settings/theme`,
  users: (slug: string) => `/${slug}/settings/users`,
  newUser: (slug: string) => `/${slug}/settings/users/new`,
  user: (slug: string, id: string) => `/${slug}/settings/users/${id}`,
  tokens: (slug: string) => `/${slug}/settings/tokens`,
  audit: (slug: string) => `/${slug}/settings/audit`,
  leftOpen: (slug: string) => `/${slug}/left-open`,
  requests: (slug: string) => `/${slug}/requests`,
  booking: (slug: string, id: string) => `/${slug}/bookings/${id}`,
};

/** The login of the clinic (or platform) that a page belongs to, which leads back to the page afterwards. */
export function loginPath(url: Pick<URL, 'pathname' | 'search'>): string {
  const [, slug = ''] = url.pathname.split('/');
  return `${paths.login(slug)}?back=${encodeURIComponent(url.pathname + url.search)}`;
}

/** Where a login leads: a page of the same clinic, and nothing else that an address may ask for. */
export function backPath(url: URL, slug: string): string {
  const home = paths.today(slug);
  const back = url.searchParams.get('back');
  if (!back || !URL.canParse(back, url.origin)) return home;
  const target = new URL(back, url.origin);
  const own = target.pathname === home || target.pathname.startsWith(`${home}/`);
  return target.origin === url.origin && own ? target.pathname + target.search : home;
}
