// What of the audit is for callers outside: reading and checking. Writing happens in the acts themselves.
export { eventsAfter, firstBrokenLink, historyOf, seal } from './audit.ts';
export { AuditSearch, find } from './audit-search.ts';
export { replay, type Difference } from './replay.ts';
