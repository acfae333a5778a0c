// The signs of what is done to a booking: apart from the words, which pages without these buttons have too.
import type { Component } from 'svelte';
import Banknote from '@lucide/svelte/icons/banknote';
import BellRing from '@lucide/svelte/icons/bell-ring';
import Check from '@lucide/svelte/icons/check';
import CheckCheck from '@lucide/svelte/icons/check-check';
import DoorOpen from '@lucide/svelte/icons/door-open';
import SkipForward from '@lucide/svelte/icons/skip-forward';
import Play from '@lucide/svelte/icons/play';
import Undo2 from '@lucide/svelte/icons/undo-2';
import UserX from '@lucide/svelte/icons/user-x';
import X from '@lucide/svelte/icons/x';
import type { Act } from './board.ts';

export const actIcons: Record<Act, Component<{ class?: string }>> = {
  confirm: Check,
  arrive: DoorOpen,
  call: BellRing,
  skip: SkipForward,
  start: Play,
  complete: CheckCheck,
  pay: Banknote,
  cancel: X,
  noShow: UserX,
  undo: Undo2,
};
