/** Names a mutation that shall be done once, however often it is sent. */
export const idempotencyHeader = 'idempotency-key';

/** Set to 1, a mutation answers what it would answer and changes nothing. */
export const dryRunHeader = 'circe-dry-run';
