// The one place where a refusal of the API becomes a sentence in the reader's language.
import type { Failure } from '@paper-circe/api/client';
import type { SlotReason } from '@paper-circe/api/shared';
import { formatNumber, formatTime } from './format.ts';
import { m } from './paraglide/messages.js';
import { staleText } from './stale.ts';
import { isStatus, statusLabels } from './status.ts';

const missing: Record<string, () => string> = {
  clinic: () => m.failure_clinic_missing(),
  patient: () => m.failure_patient_missing(),
  booking: () => m.failure_booking_missing(),
  treatment: () => m.failure_treatment_missing(),
  'closed day': () => m.failure_day_missing(),
  user: () => m.failure_user_missing(),
  'staff member': () => m.failure_staff_missing(),
};

const fields: Record<string, () => string> = {
  phone: () => m.failure_phone(),
  email: () => m.failure_email(),
  name: () => m.failure_name(),
  notes: () => m.failure_notes(),
  role: () => m.failure_role(),
  skills: () => m.failure_skills(),
  timeOff: () => m.failure_leave(),
  date: () => m.failure_date(),
  hours: () => m.failure_hours(),
  category: () => m.failure_category(),
  description: () => m.failure_long(),
  durationMin: () => m.failure_duration(),
  price: () => m.failure_price(),
  bufferBeforeMin: () => m.failure_buffer(),
  bufferAfterMin: () => m.failure_buffer(),
  amount: () => m.failure_amount(),
  override: () => m.failure_reason(),
  password: () => m.failure_password(),
  currentPassword: () => m.failure_current_password(),
  timezone: () => m.failure_timezone(),
  currency: () => m.failure_currency(),
  windowDays: () => m.failure_window_days(),
  address: () => m.failure_long(),
  logo: () => m.failure_logo(),
  image: () => m.failure_image(),
  primaryColor: () => m.failure_colour(),
  secondaryColor: () => m.failure_colour(),
  slug: () => m.setup_slug_problem(),
  domain: () => m.failure_domain(),
  maxUsers: () => m.failure_limit(),
  maxBookings: () => m.failure_limit(),
  reason: () => m.failure_reason(),
  startAt: () => m.failure_time(),
  patientId: () => m.failure_patient_missing(),
  treatmentId: () => m.failure_treatment_missing(),
  staffId: () => m.failure_staff_missing(),
};

const duplicates: Record<string, () => string> = {
  phone: () => m.failure_duplicate_phone(),
  email: () => m.failure_duplicate_email(),
  name: () => m.failure_duplicate_name(),
  slug: () => m.failure_duplicate_slug(),
  domain: () => m.failure_duplicate_domain(),
};

const reasons: Record<SlotReason['code'], () => string> = {
  PAST: () => m.slot_past(),
  NOTICE: () => m.slot_notice(),
  WINDOW: () => m.slot_window(),
  OFF_GRID: () => m.slot_off_grid(),
  CLOSED: () => m.slot_closed(),
  OFF_SHIFT: () => m.slot_off_shift(),
  ON_LEAVE: () => m.slot_on_leave(),
  NOT_ASSIGNED: () => m.slot_not_assigned(),
  BUSY: () => m.slot_busy(),
};

/** Why a time cannot be taken, in a few words. */
export const slotReasonText = (reason: Pick<SlotReason, 'code'>): string => reasons[reason.code]();

function transitionText({ from, to }: { from: string; to: string }): string {
  if (to === 'closed') return from === 'closed' ? m.failure_day_closed() : m.failure_day_ahead();
  if (to === 'open') return m.failure_day_open();
  if (to === 'undone') return from === 'on a closed day' ? m.failure_undo_closed() : m.failure_undo();
  if (from === 'still to come') return m.failure_still_to_come();
  if (from === 'on a later day') return m.failure_later_day();
  if (from === 'an appointment') return m.failure_not_walk_in();
  if (from === 'called') return m.failure_called();
  if (from === 'started') return m.failure_started();
  if (from === 'admin') return m.failure_last_admin();
  if (from === 'platform_admin') return m.failure_last_platform_admin();
  if (from === 'booked') return m.failure_booked();
  if (from === 'run by somebody') return m.failure_has_administrator();
  if (['active', 'inactive', 'suspended', 'merged'].includes(from)) return m.failure_done_already();
  return m.failure_transition({ status: isStatus(from) ? statusLabels[from]() : from });
}

/** Whether somebody was refused because the clinic is suspended. */
export const isSuspension = (failure: Failure): boolean =>
  failure.code === 'FORBIDDEN' && failure.details.needs === 'active clinic';

/**
 * Whether a refusal may be news from another desk, so that the page is read anew. Where the database is away nothing
 * can be read, and what is on the page is all there is.
 */
export const isNews = (failure: Pick<Failure, 'code'> | undefined): boolean =>
  failure !== undefined && failure.code !== 'UNAVAILABLE';

/** Waits longer than this are told as a time of day. */
const longWait = 120;

/**
 * A sentence for a receptionist about what was refused and what to do.
 * @param failure undefined when none of ours came back: the connection was lost
 * @param zone the clinic's, to name a time of day
 */
export function failureText(failure: Failure | undefined, zone?: string): string {
  if (!failure) return m.failure_lost();
  switch (failure.code) {
    case 'NOT_FOUND':
      return missing[failure.details.what]?.() ?? m.failure_missing();
    case 'VALIDATION':
      return fieldTexts(failure)[0]?.text ?? m.failure_invalid();
    case 'CONFLICT_SLOT': {
      const texts = [...new Set(failure.details.reasons.map(slotReasonText))];
      return texts.length > 0 ? m.failure_slot({ reasons: texts.join(', ') }) : m.failure_slot_plain();
    }
    case 'CONFLICT_DUPLICATE':
      return duplicates[failure.details.field]?.() ?? m.failure_duplicate();
    case 'ILLEGAL_TRANSITION':
      return transitionText(failure.details);
    case 'QUOTA_EXCEEDED': {
      const limit = formatNumber(failure.details.limit);
      return failure.details.quota === 'maxUsers'
        ? m.failure_quota_users({ limit })
        : m.failure_quota_bookings({ limit });
    }
    case 'STALE':
      return staleText(failure.details, zone);
    case 'FORBIDDEN':
      return isSuspension(failure) ? m.failure_suspended() : m.failure_forbidden();
    case 'UNAUTHENTICATED':
      return m.failure_signed_out();
    case 'RATE_LIMITED': {
      const seconds = failure.details.retryAfterSeconds;
      if (!zone || seconds <= longWait) return m.failure_rate({ seconds });
      return m.failure_rate_until({ time: formatTime(new Date(Date.now() + seconds * 1000), zone) });
    }
    case 'UNAVAILABLE':
      return m.failure_unavailable();
    case 'INTERNAL':
      return m.error_unexpected();
  }
}

/** As core says that a line has, or is, what nobody can have typed. */
const unseen = /(Control characters are not allowed|Nothing can be seen of this|This is not text)\.$/;

/** What is wrong with each field of a form, by the field's name; empty for any other refusal. */
export function fieldTexts(failure: Failure | undefined): { field: string; text: string }[] {
  if (failure?.code === 'CONFLICT_DUPLICATE') {
    return [{ field: failure.details.field, text: failureText(failure) }];
  }
  if (failure?.code !== 'VALIDATION') return [];
  return failure.details.issues.map(({ path, message }) => {
    // A clinic's settings lie one or two levels deep.
    const field = path.replace(/^config\.(theme\.|booking\.|features\.|contact\.)?/, '').split('.')[0] ?? '';
    return {
      field,
      text: unseen.test(message) ? m.failure_unseen() : (fields[field] ?? m.failure_invalid)(),
    };
  });
}

/** What is wrong with one part of an input that has several, as a refusal of its own. */
export function failureWithin(failure: Failure | undefined, part: string): Failure | undefined {
  if (failure?.code !== 'VALIDATION') return failure;
  const issues = failure.details.issues
    .filter(({ path }) => path.startsWith(`${part}.`))
    .map((issue) => ({ ...issue, path: issue.path.slice(part.length + 1) }));
  return { ...failure, details: { issues } };
}

/** What is wrong with one field of a form, to stand below it. */
export function fieldErrors(failure: Failure | undefined, field: string): string[] {
  return fieldTexts(failure)
    .filter((one) => one.field === field)
    .map(({ text }) => text);
}
