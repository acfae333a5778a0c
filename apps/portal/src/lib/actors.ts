// Who did something. Apart from the acts, whose words are many: pages that say only who do without them.
import type { AuditEvent } from '@paper-circe/api/shared';
import { m } from './paraglide/messages.js';

type Actor = AuditEvent['actor'];

/** By name; a patient on the public page has none. */
export const actorName = (actor: Actor): string => (actor.kind === 'public' ? m.actor_public() : actor.name);

/** As a log says it, where the system is told from people. */
export function actorInLog(actor: Actor): string {
  if (actor.kind === 'public') return m.history_public();
  return actor.kind === 'system' ? m.actor_system({ name: actor.name }) : actor.name;
}
