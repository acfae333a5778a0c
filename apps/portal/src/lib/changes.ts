// What the audit and a stale form tell of a document's fields, in the reader's words.
import type { AuditEvent } from '@paper-circe/api/shared';
import {
  formatClock,
  formatDay,
  formatDuration,
  formatMoney,
  formatNumber,
  formatPhone,
  formatTime,
} from './format.ts';
import { weekdays } from './hours.ts';
import { m } from './paraglide/messages.js';
import { methodLabels, paymentLabels, roleLabels, statusLabels } from './status.ts';

type Changes = AuditEvent['changes'];

/** What values are read with. */
export interface Reading {
  readonly zone: string;
  readonly currency: string;
  /** The names of whoever and whatever is referred to, by id. */
  readonly names: Readonly<Record<string, string>>;
}

/** One field: what it was, left out of what is new, and what it is, left out of what is gone. */
export interface ReadableChange {
  readonly field: string;
  readonly label: string;
  readonly from?: string;
  readonly to?: string;
}

/** Every change as a line to read. Settings are told one by one, and of lists only what came and went. */
export function readable(changes: Changes, reading: Reading): ReadableChange[] {
  return Object.entries(changes)
    .flatMap(([field, { from, to }]) => leaves(field, from, to))
    .filter(({ field }) => !said(field, changes))
    .map(({ field, from, to }) => {
      const name = field.split('.').at(-1) ?? field;
      const [was, is] = Array.isArray(from) && Array.isArray(to) ? comingAndGoing(from, to) : [from, to];
      const text = (value: unknown) => (isNothing(value) ? undefined : valueText(name, value, reading));
      const [before, after] = [text(was), text(is)];
      return {
        field,
        label: labels[name]?.() ?? field,
        ...(before !== undefined && { from: before }),
        ...(after !== undefined && { to: after }),
      };
    });
}

/** Fields that others say better, or that say nothing to people. */
const silent = new Set(['id', 'createdBy', 'localDate', 'localTime', 'visitId', 'seq', 'sortOrder']);
const betterSaid: Record<string, string> = { patientId: 'patientName', treatmentId: 'treatmentName' };
const said = (field: string, changes: Changes) =>
  silent.has(field) || (betterSaid[field] !== undefined && betterSaid[field] in changes);

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
const isNothing = (value: unknown) =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function leaves(field: string, from: unknown, to: unknown): { field: string; from: unknown; to: unknown }[] {
  if (!isPlain(from) && !isPlain(to)) return same(from, to) ? [] : [{ field, from, to }];
  const [was, is] = [isPlain(from) ? from : {}, isPlain(to) ? to : {}];
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return keys.flatMap((key) => leaves(`${field}.${key}`, was[key], is[key]));
}

function comingAndGoing(from: readonly unknown[], to: readonly unknown[]): [unknown[], unknown[]] {
  const without = (all: readonly unknown[], others: readonly unknown[]) =>
    all.filter((one) => !others.some((other) => same(one, other)));
  const [gone, come] = [without(from, to), without(to, from)];
  // The same things in another order.
  return gone.length + come.length > 0 ? [gone, come] : [[...from], [...to]];
}

const words: Record<string, Readonly<Record<string, () => string>>> = {
  status: statusLabels,
  paymentStatus: paymentLabels,
  paymentMethod: methodLabels,
  source: { 'walk-in': () => m.walk_in(), online: () => m.source_online() },
};

function valueText(name: string, value: unknown, reading: Reading): string {
  if (Array.isArray(value)) return value.map((one) => valueText(name, one, reading)).join(', ');
  if (value instanceof Date) return formatTime(value, reading.zone, 'day-time');
  if (typeof value === 'boolean') return value ? m.yes() : m.no();
  if (typeof value === 'number') return numberText(name, value, reading);
  if (typeof value === 'string') return stringText(name, value, reading);
  return isPlain(value) ? entryText(value, reading) : String(value);
}

const money = new Set(['price', 'amount', 'paymentAmount']);

function numberText(name: string, value: number, { currency }: Reading): string {
  if (money.has(name)) return formatMoney(value, currency);
  return name.endsWith('Min') ? formatDuration(value) : formatNumber(value);
}

function stringText(name: string, value: string, { names }: Reading): string {
  const word = words[name]?.[value]?.();
  if (word !== undefined) return word;
  if (name === 'phone') return formatPhone(value);
  if (name === 'role' && value in roleLabels) return roleLabels[value as keyof typeof roleLabels]();
  const at = weekdays.findIndex((day) => value.startsWith(`${day} `));
  // The first day of 2024 was a Monday.
  if (at >= 0 && /^\w{3} \d\d:\d\d-\d\d:\d\d$/.test(value))
    return `${formatDay(`2024-01-0${at + 1}`, 'short-weekday')} ${formatClock(value.slice(4))}`;
  return names[value] ?? value;
}

/** A payment, a date's hours, leave, and what is none of them as it is. */
function entryText(entry: Record<string, unknown>, reading: Reading): string {
  const { amount, method, date, hours, from, to } = entry;
  if (typeof amount === 'number' && typeof method === 'string')
    return `${numberText('amount', amount, reading)} ${stringText('paymentMethod', method, reading)}`;
  if (typeof date === 'string' && Array.isArray(hours))
    return `${formatDay(date, 'short-day')} ${hours.map((one) => formatClock(String(one))).join(' ') || m.staff_off()}`;
  if (typeof from === 'string' && typeof to === 'string')
    return `${formatDay(from, 'short-day')} – ${formatDay(to, 'short-day')}`;
  return JSON.stringify(entry);
}

const labels: Record<string, () => string> = {
  patients: () => m.nav_patients(),
  bookings: () => m.feature_bookings(),
  name: () => m.patient_name(),
  phone: () => m.patient_phone(),
  email: () => m.patient_email(),
  notes: () => m.field_notes(),
  role: () => m.field_role(),
  skills: () => m.field_skills(),
  workingHours: () => m.field_working_hours(),
  exceptions: () => m.field_exceptions(),
  timeOff: () => m.field_time_off(),
  rating: () => m.field_rating(),
  isActive: () => m.field_active(),
  category: () => m.treatment_category(),
  durationMin: () => m.booking_duration(),
  price: () => m.booking_price(),
  description: () => m.field_description(),
  assignedStaff: () => m.field_assigned(),
  bufferBeforeMin: () => m.field_buffer_before(),
  bufferAfterMin: () => m.field_buffer_after(),
  patientId: () => m.step_patient(),
  patientName: () => m.step_patient(),
  staffId: () => m.booking_staff(),
  treatmentId: () => m.step_treatment(),
  treatmentName: () => m.step_treatment(),
  startAt: () => m.field_start(),
  endAt: () => m.field_end(),
  status: () => m.field_status(),
  source: () => m.field_source(),
  paymentStatus: () => m.field_payment_status(),
  paymentMethod: () => m.field_payment_method(),
  paymentAmount: () => m.field_paid(),
  payments: () => m.field_payments(),
  queueNumber: () => m.walkin_number(),
  arrivedAt: () => m.history_arrive(),
  calledAt: () => m.history_call(),
  startedAt: () => m.history_start(),
  skippedAt: () => m.history_skip(),
  totalVisits: () => m.field_visits(),
  lastVisitAt: () => m.field_last_visit(),
  primaryColor: () => m.settings_primary(),
  secondaryColor: () => m.settings_secondary(),
  stateReason: () => m.override_reason(),
  administrator: () => m.platform_administrator(),
  domain: () => m.platform_domain(),
  slug: () => m.home_clinic(),
  formerSlugs: () => m.platform_slug_former(),
  maxUsers: () => m.settings_max_users(),
  maxBookings: () => m.settings_max_bookings(),
  timezone: () => m.settings_timezone(),
  country: () => m.settings_country(),
  locale: () => m.settings_language(),
  currency: () => m.settings_currency(),
  openingHours: () => m.settings_hours(),
  gridMin: () => m.settings_grid(),
  noticeMin: () => m.settings_notice(),
  windowDays: () => m.settings_window(),
};
