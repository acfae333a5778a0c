import type { DayClose } from '@paper-circe/api/shared';
import { m } from '#lib/paraglide/messages.js';

/** Who did something, by name; a patient on the public page has none. */
export const actorName = (actor: DayClose['closedBy']): string =>
  actor.kind === 'public' ? m.actor_public() : actor.name;
