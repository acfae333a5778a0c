export { everyClinic, type Opened } from './clinics.ts';
export { Aspect, findWrong } from './find.ts';
export type { Finding, Outcome, WrongPayments } from './finding.ts';
export { findWrongIndexes, repairIndexes, type WrongIndex } from './indexes.ts';
export type { WrongReference } from './references.ts';
export { repair } from './repair.ts';
