// What must not compile of an error that a call was answered with, each beside what must. `tsc` fails when a line of the
// first kind begins to compile, or one of the second kind ends to.
import type { ErrorCode, SlotReason } from '@paper-circe/core';
import { expect, test } from 'vitest';
import { failureOf, isCirceError } from './index.ts';

const lost: unknown = new Error('offline');
const taking = <Value>() => (_: Value): void => undefined; // prettier-ignore
const [text, count, reasons] = [taking<string>(), taking<number>(), taking<readonly SlotReason[]>()];

test('what was thrown is nothing that is known, until it is looked at', () => {
  expect(isCirceError(lost)).toBe(false);
  if (isCirceError(lost)) text(lost.data.circe.requestId);
  // @ts-expect-error not looked at
  expect(() => text(lost.data.circe.requestId)).toThrow();
});

test('the details are those of the code', () => {
  expect(isCirceError(lost, 'CONFLICT_SLOT')).toBe(false);
  if (isCirceError(lost, 'CONFLICT_SLOT')) {
    const { code, details } = lost.data.circe;
    taking<'CONFLICT_SLOT'>()(code);
    reasons(details.reasons);
    // @ts-expect-error the details of another code
    text(details.field);
    // @ts-expect-error a reason is no text
    text(details.reasons[0]);
    // @ts-expect-error there may be none
    text(details.reasons[0].code);
    // @ts-expect-error a reason that is not of the closed list
    taking<boolean>()(details.reasons[0]?.code === 'RAIN');
    // @ts-expect-error what was answered does not change
    details.reasons = [];
  }
  if (isCirceError(lost, 'CONFLICT_DUPLICATE')) {
    const { details } = lost.data.circe;
    text(details.field);
    // @ts-expect-error not every duplicate names what is there
    text(details.id);
    // @ts-expect-error the details of another code
    reasons(details.reasons);
  }
  if (isCirceError(lost, 'RATE_LIMITED')) count(lost.data.circe.details.retryAfterSeconds);
  // @ts-expect-error what is a bug of ours tells nothing
  if (isCirceError(lost, 'INTERNAL')) text(lost.data.circe.details.message);
});

test('a code is one of the closed list', () => {
  expect(isCirceError(lost, 'INTERNAL')).toBe(false);
  // @ts-expect-error no code
  expect(isCirceError(lost, 'CONFLICT')).toBe(false);
  // @ts-expect-error the code of the protocol, and none of ours
  expect(isCirceError(lost, 'BAD_REQUEST')).toBe(false);
});

test('of an error of any code the details are known when its code is', () => {
  const failure = failureOf(lost);
  expect(failure).toBeUndefined();
  // @ts-expect-error it may be none of ours
  expect(() => text(failure.message)).toThrow();
  if (!failure) return;
  taking<ErrorCode | 'INTERNAL'>()(failure.code);
  // @ts-expect-error the code is not known yet
  reasons(failure.details.reasons);
  if (failure.code === 'CONFLICT_SLOT') reasons(failure.details.reasons);
  // @ts-expect-error the details of another code
  if (failure.code === 'STALE') reasons(failure.details.reasons);
  // @ts-expect-error no code
  if (failure.code === 'CONFLICT') text(failure.message);
});
