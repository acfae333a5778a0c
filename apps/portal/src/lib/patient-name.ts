import { m } from './paraglide/messages.js';

/** What a booking's patient is called at the desk. */
export const nameOf = ({ patientName }: { readonly patientName?: string }): string =>
  patientName ?? m.patient_unnamed();
