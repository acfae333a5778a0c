import { CirceError, type RowOutcome } from '@paper-circe/core';
import type { Asked } from '@paper-circe/api/client';

/** Of the body of a request, in bytes: it may have 256 KB. */
const largest = 200_000;

interface Waiting<Input, Output> {
  readonly input: Input;
  readonly resolve: (output: Output) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets what is asked for one by one, at the same moment, travel together.
 * @param most how many things may be in one call
 * @param send makes the call; it answers for each thing in its place
 */
export function together<Input, Output>(
  most: number,
  send: (inputs: readonly Input[]) => Promise<readonly Output[]>,
): (input: Input) => Promise<Output> {
  let line: Waiting<Input, Output>[] = [];
  const sendAll = async () => {
    const parcels = parcelsOf(line, most);
    line = [];
    for (const parcel of parcels) await sendOne(parcel, send);
  };
  return (input) =>
    new Promise((resolve, reject) => {
      // After everything that is ready now has asked too.
      if (line.push({ input, resolve, reject }) === 1) setImmediate(() => void sendAll());
    });
}

async function sendOne<Input, Output>(
  parcel: readonly Waiting<Input, Output>[],
  send: (inputs: readonly Input[]) => Promise<readonly Output[]>,
): Promise<void> {
  try {
    const outputs = await send(parcel.map(({ input }) => input));
    parcel.forEach(({ resolve }, at) => resolve(outputs[at]!));
  } catch (error) {
    for (const { reject } of parcel) reject(error);
  }
}

function parcelsOf<One extends { readonly input: unknown }>(line: readonly One[], most: number): One[][] {
  const parcels: One[][] = [];
  let size = 0;
  for (const one of line) {
    const bytes = Buffer.byteLength(JSON.stringify(one.input));
    size += bytes;
    const last = parcels.at(-1);
    if (last && last.length < most && size <= largest) last.push(one);
    else {
      parcels.push([one]);
      size = bytes;
    }
  }
  return parcels;
}

/**
 * The same for rows that are added: they are added together, and tried together.
 * @param send answers for each row in its place
 */
export function addingTogether<Input>(
  most: number,
  send: (inputs: readonly Input[], context: { dryRun?: boolean }) => Promise<readonly RowOutcome[]>,
): (input: Input, asked: Asked) => Promise<void> {
  const add = together<Input, RowOutcome>(most, (inputs) => send(inputs, {}));
  const tryOut = together<Input, RowOutcome>(most, (inputs) => send(inputs, { dryRun: true }));
  return async (input, { dryRun }) => {
    const { refused } = await (dryRun ? tryOut : add)(input);
    if (refused) throw new CirceError(refused.code, refused.message, refused.details);
  };
}
