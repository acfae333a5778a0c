/** What a process of a drill can do. */
export type Act =
  | 'backup'
  | 'restore'
  | 'export'
  | 'import'
  | 'archive'
  | 'migrate'
  | 'move'
  | 'bookings'
  | 'log'
  | 'quiet'
  | 'grow';

/** Said by a process when it is to be killed. */
export const died = '!';

/** Said by one that has ended by itself, before a {@link Whole} as JSON. */
export const finished = 'finished ';

/** What an act was that nobody killed. */
export interface Whole {
  /** How many commands it sent to its database. */
  readonly commands: number;
  readonly ms: number;
  /** The most memory that the process had, its database and all, in bytes. */
  readonly memory: number;
  /** How many documents it was about, where it counts them. */
  readonly documents: number;
}

/** The address of the large clinic. */
export const grown = 'large';
