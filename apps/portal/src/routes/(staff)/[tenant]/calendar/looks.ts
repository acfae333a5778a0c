// How a booking looks by where it stands: a colour, an edge, a sign and a word, each enough by itself.
import type { Component } from 'svelte';
import Check from '@lucide/svelte/icons/check';
import CheckCheck from '@lucide/svelte/icons/check-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CornerDownRight from '@lucide/svelte/icons/corner-down-right';
import Footprints from '@lucide/svelte/icons/footprints';
import Play from '@lucide/svelte/icons/play';
import UserX from '@lucide/svelte/icons/user-x';
import { m } from '#lib/paraglide/messages.js';
import { standingLabels, standingOf, type Standing } from '#lib/status.ts';
import type { Entry } from './grid.ts';

/** In the order of the legend. What is cancelled is not in the calendar. */
export const standings = [
  'pending',
  'confirmed',
  'waiting',
  'afterwards',
  'treatment',
  'completed',
  'no-show',
] as const satisfies Standing[];

/** Where it stands, in a word. */
export const wordOf = (entry: Entry): string =>
  entry.skippedAt ? m.board_skipped() : standingLabels[standingOf(entry)]();

interface Look {
  readonly icon: Component<{ class?: string }>;
  /** The box, and the sign in it. */
  readonly box: string;
  readonly sign: string;
}

export const looks: Record<(typeof standings)[number], Look> = {
  pending: {
    icon: CircleDashed,
    box: 'border-dashed border-pending-text bg-surface text-ink',
    sign: 'text-pending-text',
  },
  confirmed: {
    icon: Check,
    box: 'border-confirmed-edge border-l-4 border-l-confirmed-text bg-confirmed-tint text-ink',
    sign: 'text-confirmed-text',
  },
  waiting: {
    icon: Footprints,
    box: 'border-walk-in-text border-dotted border-2 bg-walk-in-tint text-ink',
    sign: 'text-walk-in-text',
  },
  afterwards: {
    icon: CornerDownRight,
    box: 'border-walk-in-text bg-surface text-ink',
    sign: 'text-walk-in-text',
  },
  treatment: {
    icon: Play,
    box: 'border-brand-ring border-2 bg-brand-tint text-ink',
    sign: 'text-brand-text',
  },
  completed: {
    icon: CheckCheck,
    box: 'border-completed-edge bg-completed-tint text-muted',
    sign: 'text-completed-text',
  },
  'no-show': {
    icon: UserX,
    box: 'border-double border-no-show-text bg-no-show-tint text-muted',
    sign: 'text-no-show-text',
  },
};

/** What is cancelled takes no room in the calendar; until it has gone it looks as what was missed. */
export const lookOf = (entry: Entry): Look => {
  const standing = standingOf(entry);
  return looks[standing === 'cancelled' ? 'no-show' : standing];
};
