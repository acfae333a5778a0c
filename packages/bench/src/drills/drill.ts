import type { Moment } from './moments.ts';

/** What all rounds begin with. */
export interface Templates {
  /** For what a round makes; empty when it begins. */
  readonly root: string;
  /** A clinic of two years ago, all of whose bookings are due for the archive; and its backup, and its export. */
  readonly clinic: string;
  readonly backup: string;
  readonly exported: string;
  /** A small clinic in which a storm can begin, and a folder with its backup and log. */
  readonly storm: string;
  readonly log: string;
  /** A database that was made by the documentation alone. */
  readonly documented: string;
}

export interface Round {
  /** What is wrong afterwards, in sentences; nothing in a sound product. */
  readonly wrong: readonly string[];
  /** Recovery point and time, in milliseconds, where the drill has them. */
  readonly point?: number;
  readonly time?: number;
}

/** One act that is killed: when, what must be there then, and how it is finished. */
export interface Drill {
  /** How long the act is when nobody kills it. */
  readonly whole: (templates: Templates) => Promise<Moment>;
  readonly round: (templates: Templates, at: Moment) => Promise<Round>;
}
