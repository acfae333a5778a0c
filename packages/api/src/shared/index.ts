// What a browser may have of the API: schemas, constants, times and types. Nothing here reaches a database.
export * from '@paper-circe/core/schemas';
export type {
  AuditEvent,
  Booking,
  DayClose,
  Patient,
  QueueEntry,
  QueueNumber,
  Staff,
  Till,
  Treatment,
  User,
} from '../shown.ts';
export type { availability, ErrorCode, ErrorDetails, SlotReason } from '@paper-circe/core';
export type { BoardBooking, LiveMessage } from '../live/message.ts';
export { failureOf, type Failure } from './failure.ts';
export { dryRunHeader, idempotencyHeader } from './headers.ts';
export { PlatformScope, TokenScope } from './scopes.ts';
export { maxBatch } from './limits.ts';
