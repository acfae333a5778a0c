export { everyClinic, type Opened } from './clinics.ts';
export { Aspect, findWrong } from './find.ts';
export type { Finding, Outcome } from './finding.ts';
export { findWrongIndexes, repairIndexes, type WrongIndex } from './indexes.ts';
export type { WrongPayments } from './payments.ts';
export type { WrongReference } from './references.ts';
export { repair } from './repair.ts';
