import { createContext } from 'svelte';
import type { Act, Payment } from './board.ts';
import type { Row } from './row.ts';
import type { Desk } from './desk.svelte.ts';

/** What lies open in front of the board for one booking: everything, the payment, or how the balance is paid. */
export type Panel = 'acts' | 'pay' | 'complete';

/** What every part of the board shares. */
export interface Board {
  readonly desk: Desk;
  readonly slug: string;
  /** Why whoever has a booking is not there then; nothing of one that is over or has begun. */
  readonly absent: (row: Row) => string | undefined;
  readonly staffName: (id: string) => string;
  /** The picture of a staff member who has one. */
  readonly avatarOf: (id: string) => string | undefined;
  readonly open: (id: string, panel: Panel) => void;
  readonly act: (row: Row, act: Act, payment?: Payment) => void;
  /** Does what a key means for a booking; false when it means nothing there. */
  readonly press: (row: Row, key: string) => boolean;
}

export const [getBoard, setBoard] = createContext<Board>();
