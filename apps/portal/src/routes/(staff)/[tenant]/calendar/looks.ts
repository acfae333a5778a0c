// How a booking looks by where it stands: a colour, an edge, a sign and a word, each enough by itself.
import type { Component } from 'svelte';
import Check from '@lucide/svelte/icons/check';
import CheckCheck from '@lucide/svelte/icons/check-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import Footprints from '@lucide/svelte/icons/footprints';
import Play from '@lucide/svelte/icons/play';
import UserX from '@lucide/svelte/icons/user-x';
import { m } from '#lib/paraglide/messages.js';
import { statusLabels } from '#lib/status.ts';
import { stageOf } from '../board/row.ts';
import type { Entry } from './grid.ts';

export const standings = ['pending', 'confirmed', 'waiting', 'treatment', 'completed', 'no-show'] as const;
export type Standing = (typeof standings)[number];

/** Where a booking stands, as the calendar tells it apart. */
export function standingOf(entry: Entry): Standing {
  const stage = stageOf(entry);
  if (stage === 'treatment' || stage === 'waiting') return stage;
  if (stage === 'done') return 'completed';
  if (stage === 'off') return 'no-show';
  return entry.status === 'pending' ? 'pending' : 'confirmed';
}

interface Look {
  readonly label: () => string;
  readonly icon: Component<{ class?: string }>;
  /** The box, and the sign in it. */
  readonly box: string;
  readonly sign: string;
}

export const looks: Record<Standing, Look> = {
  pending: {
    label: statusLabels.pending,
    icon: CircleDashed,
    box: 'border-dashed border-pending-text bg-surface text-ink',
    sign: 'text-pending-text',
  },
  confirmed: {
    label: statusLabels.confirmed,
    icon: Check,
    box: 'border-confirmed-edge border-l-4 border-l-confirmed-text bg-confirmed-tint text-ink',
    sign: 'text-confirmed-text',
  },
  waiting: {
    label: () => m.stage_waiting(),
    icon: Footprints,
    box: 'border-walk-in-text border-dotted border-2 bg-walk-in-tint text-ink',
    sign: 'text-walk-in-text',
  },
  treatment: {
    label: () => m.stage_treatment(),
    icon: Play,
    box: 'border-brand-ring border-2 bg-brand-tint text-ink',
    sign: 'text-brand-text',
  },
  completed: {
    label: statusLabels.completed,
    icon: CheckCheck,
    box: 'border-completed-edge bg-completed-tint text-muted',
    sign: 'text-completed-text',
  },
  'no-show': {
    label: statusLabels['no-show'],
    icon: UserX,
    box: 'border-double border-no-show-text bg-no-show-tint text-muted',
    sign: 'text-no-show-text',
  },
};
