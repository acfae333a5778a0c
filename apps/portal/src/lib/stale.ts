// What somebody else has done meanwhile, in the words of the page that shows it now.
import type { Failure } from '@paper-circe/api/client';
import { actorName } from './actors.ts';
import { formatTime } from './format.ts';
import { m } from './paraglide/messages.js';
import { isStatus, standingLabels, statusLabels } from './status.ts';

type Changes = Failure<'STALE'>['details']['changes'];

/** @param zone without it no time of day is told */
export function staleText({ by, changes }: Failure<'STALE'>['details'], zone?: string): string {
  const who = by ? actorName(by) : m.stale_somebody();
  const what = whatOf(changes, zone).join(', ');
  return what ? m.failure_stale_what({ who, what }) : m.failure_stale({ who });
}

/** What of a booking is another one by now; of anything else nothing, its form says that. */
function whatOf(changes: Changes, zone: string | undefined): string[] {
  const { startAt, endAt, localDate, payments } = changes;
  const state = stateOf(changes);
  const what = state ? [m.stale_now({ state })] : [];
  if (zone && startAt?.to instanceof Date)
    what.push(m.stale_moved({ time: formatTime(startAt.to, zone, localDate ? 'day-time' : 'time') }));
  else if (zone && endAt?.to instanceof Date) what.push(m.stale_until({ time: formatTime(endAt.to, zone) }));
  if (payments) what.push(m.stale_paid());
  return what;
}

/** Where a booking stands now, as its badge says it; whether it is waited for its visit alone knows. */
function stateOf({ status, startedAt, calledAt, skippedAt, arrivedAt }: Changes): string | undefined {
  if (isStatus(status?.to)) return statusLabels[status.to]();
  if (startedAt?.to) return standingLabels.treatment();
  if (calledAt?.to) return m.board_called();
  if (skippedAt?.to) return m.board_skipped();
  return arrivedAt?.to ? m.history_arrive() : undefined;
}
