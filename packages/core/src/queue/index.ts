export { callIn, skip, start } from './call-in.ts';
export { join, NewWalkIn } from './join.ts';
export { findToday, queueOf, type QueueEntry } from './read.ts';
