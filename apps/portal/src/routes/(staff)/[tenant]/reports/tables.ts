// Every table of the reports, as the page and the CSV show it.
import { formatDay } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import type { ClinicApi } from '#lib/server/api.ts';
import { methodLabels } from '#lib/status.ts';

type Reports = ClinicApi['reports'];
type Answer<Name extends keyof Reports> = Reports[Name] extends (input: never) => Promise<infer Result>
  ? Result
  : never;

export interface AllReports {
  readonly revenue: Answer<'revenue'>;
  readonly receipts: Answer<'receipts'>;
  readonly occupancy: Answer<'occupancy'>;
  readonly outcomes: Answer<'outcomes'>;
  readonly patients: Answer<'newAndReturning'>;
  readonly hours: Answer<'busiestHours'>;
}

/** `share` is of one, `minutes` whole ones, `money` the currency's smallest unit. */
export type Kind = 'text' | 'day' | 'money' | 'number' | 'minutes' | 'share';

export interface Table {
  readonly title: string;
  readonly columns: readonly { readonly label: string; readonly kind: Kind }[];
  readonly rows: readonly (readonly (string | number | undefined)[])[];
}

const text = (label: string) => ({ label, kind: 'text' }) as const;
const number = (label: string) => ({ label, kind: 'number' }) as const;

type Money = AllReports['revenue'];

function byDay(money: Money): Table {
  return {
    title: m.report_by_day(),
    columns: [{ label: m.report_day(), kind: 'day' }, amount(), number(m.report_count())],
    rows: money.byDay.map((one) => [one.date, one.amount, one.count]),
  };
}

function byTreatment(money: Money): Table {
  return {
    title: m.report_by_treatment(),
    columns: [text(m.report_treatment()), amount(), number(m.report_count())],
    rows: money.byTreatment.map((one) => [one.name ?? m.report_gone(), one.amount, one.count]),
  };
}

function byStaff(money: Money): Table {
  return {
    title: m.report_by_staff(),
    columns: [text(m.report_staff()), amount(), number(m.report_count())],
    rows: money.byStaff.map((one) => [one.name ?? m.report_gone(), one.amount, one.count]),
  };
}

function byMethod(money: Money): Table {
  return {
    title: m.report_by_method(),
    columns: [text(m.report_method()), amount(), number(m.report_count())],
    rows: money.byMethod.map((one) => [methodLabels[one.method](), one.amount, one.count]),
  };
}

const amount = () => ({ label: m.report_amount(), kind: 'money' }) as const;

/** Mondays and the days after them, by the name that core gives them. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** The name of a weekday: the 23rd of November 2026 was a Monday. */
export const weekdayName = (weekday: (typeof weekdays)[number], style: 'weekday' | 'short-weekday') =>
  formatDay(`2026-11-${23 + weekdays.indexOf(weekday)}`, style);

/** Each table by the name under which its CSV is asked for. */
export const tables = {
  'revenue-day': ({ revenue }: AllReports) => byDay(revenue),
  'revenue-treatment': ({ revenue }: AllReports) => byTreatment(revenue),
  'revenue-staff': ({ revenue }: AllReports) => byStaff(revenue),
  'revenue-method': ({ revenue }: AllReports) => byMethod(revenue),
  'receipts-day': ({ receipts }: AllReports) => byDay(receipts),
  'receipts-treatment': ({ receipts }: AllReports) => byTreatment(receipts),
  'receipts-staff': ({ receipts }: AllReports) => byStaff(receipts),
  'receipts-method': ({ receipts }: AllReports) => byMethod(receipts),
  occupancy: ({ occupancy }: AllReports): Table => ({
    title: m.report_by_staff(),
    columns: [
      text(m.report_staff()),
      { label: m.report_occupancy(), kind: 'share' },
      { label: m.report_booked(), kind: 'minutes' },
      { label: m.report_working(), kind: 'minutes' },
      number(m.report_bookings()),
    ],
    rows: occupancy.byStaff.map((one) => [
      one.name,
      one.occupancy,
      one.bookedMin,
      one.workingMin,
      one.bookings,
    ]),
  }),
  outcomes: ({ outcomes }: AllReports): Table => ({
    title: m.report_outcomes(),
    columns: [text(m.report_outcome()), number(m.report_bookings())],
    rows: [
      [m.status_completed(), outcomes.completed],
      [m.report_open(), outcomes.open],
      [m.status_cancelled(), outcomes.cancelled],
      [m.status_no_show(), outcomes.noShow],
    ],
  }),
  patients: ({ patients }: AllReports): Table => ({
    title: m.report_patients(),
    columns: [text(m.report_who()), number(m.report_people()), number(m.report_visits())],
    rows: [
      [m.report_new(), patients.newPatients, patients.visitsOfNew],
      [m.report_returning(), patients.returningPatients, patients.visitsOfReturning],
    ],
  }),
  hours: ({ hours }: AllReports): Table => ({
    title: m.report_hours(),
    columns: [text(m.report_weekday()), text(m.report_hour()), number(m.report_bookings())],
    rows: hours.map((one) => [
      weekdayName(one.weekday, 'weekday'),
      `${String(one.hour).padStart(2, '0')}:00`,
      one.bookings,
    ]),
  }),
} as const satisfies Record<string, (reports: AllReports) => Table>;

export type TableName = keyof typeof tables;

export const isTable = (name: string): name is TableName => Object.hasOwn(tables, name);

/** All six reports of some days. */
export async function read(api: ClinicApi, range: { from: string; to: string }): Promise<AllReports> {
  const { reports } = api;
  const [revenue, receipts, occupancy, outcomes, patients, hours] = await Promise.all([
    reports.revenue(range),
    reports.receipts(range),
    reports.occupancy(range),
    reports.outcomes(range),
    reports.newAndReturning(range),
    reports.busiestHours(range),
  ]);
  return { revenue, receipts, occupancy, outcomes, patients, hours };
}
