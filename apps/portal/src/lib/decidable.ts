import type { SlotReason } from '@paper-circe/api/shared';

/** What nobody at the clinic can decide otherwise: the time itself is none. */
const final: ReadonlySet<SlotReason['code']> = new Set(['PAST', 'NOTICE', 'WINDOW', 'OFF_GRID']);

/** Whether an administrator can take a time although this speaks against it. */
export const isDecidable = (reasons: readonly SlotReason[]): boolean =>
  !reasons.some(({ code }) => final.has(code));
