import type { TenantScope } from './tenancy.ts';
import { minute } from './time.ts';

/** How long an act can be undone, in minutes. */
export const undoMin = 15;

/** Whether what was done then can still be undone. */
export function isRecent({ clock }: TenantScope, at: Date): boolean {
  return clock().getTime() - at.getTime() <= undoMin * minute;
}
