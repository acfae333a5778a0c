// Who did something, wherever it is said: in logs, on payments and receipts, at the close of a day.
import type { AuditEvent } from '@paper-circe/api/shared';
import { m } from './paraglide/messages.js';

type Actor = AuditEvent['actor'];

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

/** By name; the system is told from people, and a patient on the public page has none. */
export function actorName(actor: Actor): string {
  if (actor.kind === 'public') return m.actor_public();
  if (actor.kind !== 'system') return actor.name;
  const known = Object.hasOwn(systems, actor.name) ? systems[actor.name] : undefined;
  return m.actor_system({ name: known?.() ?? actor.name });
}
