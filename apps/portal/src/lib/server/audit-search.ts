import { LocalDate, UserId } from '@paper-circe/api';
import { sane } from './form.ts';

/** By whom, which act and on which days, as the address of a log asks for it. */
export function auditSearchIn({ searchParams: asked }: URL) {
  return {
    actorId: sane(UserId, asked.get('who')),
    action: asked.get('act')?.slice(0, 100) || undefined,
    from: sane(LocalDate, asked.get('from')),
    to: sane(LocalDate, asked.get('to')),
  };
}
