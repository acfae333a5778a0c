// The board's words. Functions, since a message is read when a page is rendered.
import { m } from '#lib/paraglide/messages.js';
import type { Act } from './board.ts';
import type { Row, Stage } from './row.ts';

export const actLabels: Record<Act, () => string> = {
  confirm: () => m.act_confirm(),
  arrive: () => m.act_arrive(),
  call: () => m.act_call(),
  skip: () => m.act_skip(),
  start: () => m.act_start(),
  complete: () => m.act_complete(),
  pay: () => m.act_pay(),
  cancel: () => m.act_cancel(),
  noShow: () => m.act_no_show(),
  undo: () => m.undo(),
};

/** What doing it to a booking is called: what was done to a whole visit is undone as a whole. */
export const actLabel = ({ last }: Row, act: Act): string =>
  act === 'undo' && last?.together ? m.visit_undo() : actLabels[act]();

/** The letter that does an act on the row that has the focus. */
export const actKeys: Record<Act, string> = {
  confirm: 'C',
  arrive: 'H',
  call: 'A',
  skip: 'K',
  start: 'S',
  complete: 'D',
  pay: 'M',
  cancel: 'X',
  noShow: 'N',
  undo: 'U',
};

const doneTexts: Record<Act, () => string> = {
  confirm: () => m.done_confirm(),
  arrive: () => m.done_arrive(),
  call: () => m.done_call(),
  skip: () => m.done_skip(),
  start: () => m.done_start(),
  complete: () => m.done_complete(),
  pay: () => m.done_pay(),
  cancel: () => m.done_cancel(),
  noShow: () => m.done_no_show(),
  undo: () => m.done_undo(),
};

/** What an act has done, said after the patient's name. Money of what is off is still with the clinic. */
export function doneText(act: Act, { paymentAmount = 0 }: Pick<Row, 'paymentAmount'>): string {
  const isOff = act === 'cancel' || act === 'noShow';
  return isOff && paymentAmount > 0 ? `${doneTexts[act]()}; ${m.done_paid_stays()}` : doneTexts[act]();
}

export const stageLabels: Record<Stage, () => string> = {
  coming: () => m.stage_coming(),
  waiting: () => m.stage_waiting(),
  treatment: () => m.stage_treatment(),
  done: () => m.stage_done(),
  off: () => m.stage_off(),
};
