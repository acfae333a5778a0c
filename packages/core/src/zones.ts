// How far a zone is from UTC. That changes twice a year at most, and is plain arithmetic in between.
import { Temporal } from 'temporal-polyfill';

/** From one change of a zone to the next, the end not included; in milliseconds. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

const stretches = new Map<string, Stretch[]>();

/**
 * Milliseconds that a zone's clocks are ahead of UTC at an instant.
 * @throws RangeError when it is no zone, or no instant
 */
export function offsetAt(zone: string, at: number): number {
  const known = stretches.get(zone);
  const found = known?.find(({ from, to }) => from <= at && at < to);
  if (found) return found.offset;
  const stretch = stretchAround(zone, at);
  if (known) known.push(stretch);
  else stretches.set(zone, [stretch]);
  return stretch.offset;
}

function stretchAround(zone: string, at: number): Stretch {
  const here = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  // The change before the next millisecond is the one that this instant itself may be.
  const before = here.add({ milliseconds: 1 }).getTimeZoneTransition('previous');
  const after = here.getTimeZoneTransition('next');
  return {
    from: before?.epochMilliseconds ?? -Infinity,
    to: after?.epochMilliseconds ?? Infinity,
    offset: here.offsetNanoseconds / 1_000_000,
  };
}
