// Who did something. Apart from the acts, whose words are many: pages that say only who do without them.
import type { AuditEvent } from '@paper-circe/api/shared';
import { m } from './paraglide/messages.js';

type Actor = AuditEvent['actor'];

/** By name; a patient on the public page has none. */
export const actorName = (actor: Actor): string => (actor.kind === 'public' ? m.actor_public() : actor.name);

/** The system's own, which are stored in English; an embedder's keep the name that he gave them. */
const systems: Record<string, () => string> = {
  'set-up': () => m.actor_set_up(),
  'circe command': () => m.actor_command(),
  start: () => m.actor_start(),
  backup: () => m.actor_backup(),
  archive: () => m.actor_archive(),
  migrations: () => m.actor_migrations(),
  demo: () => m.actor_demo(),
};

/** As a log says it, where the system is told from people. */
export function actorInLog(actor: Actor): string {
  if (actor.kind === 'public') return m.history_public();
  if (actor.kind !== 'system') return actor.name;
  const known = Object.hasOwn(systems, actor.name) ? systems[actor.name] : undefined;
  return m.actor_system({ name: known?.() ?? actor.name });
}
