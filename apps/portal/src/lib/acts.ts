// What the audit calls acts and those who do them, in the reader's words.
import type { AuditEvent } from '@paper-circe/api/shared';
import { m } from './paraglide/messages.js';

/** Every act that is recorded of a clinic, by the feature that it belongs to. */
export const acts: Readonly<Record<string, () => string>> = {
  'bookings.book': () => m.act_bookings_book(),
  'bookings.bookVisit': () => m.act_bookings_book_visit(),
  'queue.join': () => m.act_queue_join(),
  'bookings.importPast': () => m.act_bookings_import_past(),
  'bookings.confirm': () => m.act_bookings_confirm(),
  'bookings.confirmVisit': () => m.act_bookings_confirm_visit(),
  'bookings.reschedule': () => m.act_bookings_reschedule(),
  'bookings.setDuration': () => m.act_bookings_duration(),
  'bookings.rescheduleVisit': () => m.act_bookings_reschedule_visit(),
  'queue.callIn': () => m.act_queue_call(),
  'queue.start': () => m.act_queue_start(),
  'bookings.complete': () => m.act_bookings_complete(),
  'bookings.pay': () => m.act_bookings_pay(),
  'bookings.refund': () => m.act_bookings_refund(),
  'bookings.correctPayment': () => m.act_bookings_correct_payment(),
  'bookings.cancel': () => m.act_bookings_cancel(),
  'bookings.cancelVisit': () => m.act_bookings_cancel_visit(),
  'bookings.giveLink': () => m.act_bookings_link(),
  'bookings.noShow': () => m.act_bookings_no_show(),
  'bookings.undo': () => m.act_bookings_undo(),
  'bookings.undoVisit': () => m.act_bookings_undo_visit(),
  'patients.register': () => m.act_patients_register(),
  'patients.update': () => m.act_patients_update(),
  'patients.merge': () => m.act_patients_merge(),
  'patients.incrementVisits': () => m.act_patients_visit(),
  'patients.deactivate': () => m.act_patients_deactivate(),
  'patients.erase': () => m.act_patients_erase(),
  'patients.restore': () => m.act_patients_restore(),
  'staff.add': () => m.act_staff_add(),
  'staff.update': () => m.act_staff_update(),
  'staff.undo': () => m.act_staff_undo(),
  'staff.addTimeOff': () => m.act_staff_leave(),
  'staff.removeTimeOff': () => m.act_staff_leave_back(),
  'staff.setException': () => m.act_staff_exception(),
  'staff.removeException': () => m.act_staff_exception_back(),
  'staff.setTreatments': () => m.act_staff_treatments(),
  'staff.deactivate': () => m.act_staff_deactivate(),
  'staff.restore': () => m.act_staff_restore(),
  'treatments.add': () => m.act_treatments_add(),
  'treatments.update': () => m.act_treatments_update(),
  'treatments.undo': () => m.act_treatments_undo(),
  'treatments.reorder': () => m.act_treatments_reorder(),
  'treatments.renameCategory': () => m.act_treatments_category(),
  'treatments.deactivate': () => m.act_treatments_deactivate(),
  'treatments.restore': () => m.act_treatments_restore(),
  'dayCloses.close': () => m.act_till_close(),
  'dayCloses.reopen': () => m.act_till_reopen(),
  'checks.repair': () => m.act_checks_repair(),
  'archive.bookings': () => m.act_archive_bookings(),
  'users.invite': () => m.act_users_invite(),
  'users.add': () => m.act_users_add(),
  'users.update': () => m.act_users_update(),
  'users.changeRole': () => m.act_users_role(),
  'users.setPassword': () => m.act_users_password(),
  'users.allowReset': () => m.act_users_link(),
  'users.choosePassword': () => m.act_users_choose(),
  'sessions.revoke': () => m.act_sessions_revoke(),
  'sessions.revokeAll': () => m.act_sessions_revoke_all(),
  'users.deactivate': () => m.act_users_deactivate(),
  'users.reactivate': () => m.act_users_reactivate(),
  'apiTokens.create': () => m.act_tokens_create(),
  'apiTokens.revoke': () => m.act_tokens_revoke(),
  'tenants.create': () => m.act_tenants_create(),
  'tenants.configure': () => m.act_tenants_configure(),
  'tenants.uploadLogo': () => m.act_tenants_logo(),
  'tenants.update': () => m.act_tenants_update(),
  'tenants.suspend': () => m.act_tenants_suspend(),
  'tenants.activate': () => m.act_tenants_activate(),
  'tenants.invite': () => m.act_tenants_invite(),
  'tenants.import': () => m.act_tenants_import(),
  'moves.move': () => m.act_moves_move(),
  'moves.reopen': () => m.act_moves_reopen(),
  'demo.seed': () => m.act_demo_seed(),
};

/** An act in words; one that has none, of a newer version, by its own name. */
export const actText = (action: string): string => acts[action]?.() ?? action;

/** The acts of some features to choose from, grouped by what their feature is called. */
export function actOptions(features: Readonly<Record<string, () => string>>) {
  return Object.entries(acts).flatMap(([action, text]) => {
    const feature = features[action.split('.')[0] ?? ''];
    return feature ? [{ value: action, label: text(), group: feature() }] : [];
  });
}

/** Who did something. */
export function actorName(actor: AuditEvent['actor']): string {
  if (actor.kind === 'public') return m.history_public();
  return actor.kind === 'system' ? m.actor_system({ name: actor.name }) : actor.name;
}
