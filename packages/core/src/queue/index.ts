export { call, start } from './call.ts';
export { join, NewWalkIn } from './join.ts';
export { findToday, queueOf, type QueueEntry } from './read.ts';
