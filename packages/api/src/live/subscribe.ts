import { tracked, type TrackedEnvelope } from '@trpc/server';
import type { Context } from '../context.ts';
import { asTrpcError, unauthenticated } from '../errors.ts';
import { feedOf } from './feed.ts';
import type { LiveMessage } from './message.ts';

/** The longest that a session which was ended by another process can still listen, in milliseconds. */
const recheckMs = 3_000;

let streams = 0;

/** How many screens and programs listen to this process. */
export function liveStreams(): number {
  return streams;
}

/**
 * Sends what happens at the clinic, numbered, without loss and without doubles across reconnects.
 * @param lastEventId the last number seen; without one it begins at the newest and says which that is
 * @param signal ends it when the listener has gone
 * @throws UNAUTHENTICATED as soon as the session or the token is no longer valid
 */
export async function* subscribe(
  ctx: Context,
  lastEventId: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<TrackedEnvelope<LiveMessage>, void> {
  const feed = feedOf(ctx.database, ctx.clinic);
  let leave: (() => void) | undefined;
  streams++;
  try {
    leave = await feed.join();
    const asked = lastEventId === undefined ? undefined : Number(lastEventId);
    // A number from the future was given by a database that has since been put back.
    let seq = asked === undefined || asked > feed.newest ? feed.newest : asked;
    if (seq !== asked) yield tracked(String(seq), { kind: 'position', seq });
    while (!signal?.aborted) {
      const { wakes } = feed;
      if (!(await ctx.isStillGood())) throw unauthenticated();
      const messages = await feed.after(seq);
      for (const message of messages) {
        yield tracked(String(message.seq), message);
        seq = message.seq;
      }
      if (messages.length === 0) await feed.wakeSince(wakes, recheckMs, signal);
    }
  } catch (error) {
    throw asTrpcError(error);
  } finally {
    streams--;
    leave?.();
  }
}
