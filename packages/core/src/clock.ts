/** Where "now" comes from. Tests inject their own; nothing in core reads the system clock by itself. */
export type Clock = () => Date;

/** The machine's own clock. */
export const systemClock: Clock = () => new Date();
