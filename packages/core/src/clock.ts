/** Where "now" comes from. Tests inject their own; nothing in core reads the system clock by itself. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
