/** The most calls in one batch. */
export const maxBatch = 20;
