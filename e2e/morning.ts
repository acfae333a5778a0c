// Imported into a product's process before anything else: its clock runs some milliseconds ahead, so that a journey
// through a clinic's morning does not depend on when the tests run. Nothing of the product knows about it.
const ahead = Number(process.env['MORNING_AHEAD_MS'] ?? 0);
const Real = Date;

globalThis.Date = class extends Real {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(Real.now() + ahead);
    else super(...(given as [number]));
  }
  static override now(): number {
    return Real.now() + ahead;
  }
} as DateConstructor;
