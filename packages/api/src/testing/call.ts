import type { Database } from '@paper-circe/core';
import superjson from 'superjson';
import { handleTrpc } from '../http.ts';
import type { Log } from '../log.ts';
import type { Failure } from '../shared/failure.ts';
import { maxBatch } from '../shared/limits.ts';

export interface Call {
  readonly tenant: string;
  readonly path: string;
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly cookie?: string | undefined;
  readonly input?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body or input as it is written, in place of `input`. */
  readonly raw?: string;
}

export type Answer =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly error: Failure };

/** Calls one procedure through the HTTP handler and reads the answer, of a subscription the first event. */
export async function call(database: Database, wanted: Call, log?: Log): Promise<Answer> {
  const response = await respond(database, wanted, log);
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) return firstEvent(response);
  return read(await response.json());
}

/** Calls one procedure with one input after the other, in as few requests as batches take, and reads the answers. */
export async function callEach(
  database: Database,
  { path, ...wanted }: Omit<Call, 'input' | 'raw' | 'type'>,
  inputs: readonly unknown[],
  log?: Log,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let first = 0; first < inputs.length; first += maxBatch) {
    const batch = inputs.slice(first, first + maxBatch).map((input) => superjson.serialize(input));
    const paths = batch.map(() => path).join(',');
    const together = { ...wanted, type: 'mutation', path: `${paths}?batch=1`, raw: JSON.stringify({ ...batch }) } as const; // prettier-ignore
    const response = await respond(database, together, log);
    answers.push(...((await response.json()) as unknown[]).map(read));
  }
  return answers;
}

function respond(
  database: Database,
  { tenant, path, type, cookie, input, raw, headers: more }: Call,
  log: Log = () => undefined,
): Promise<Response> {
  const text = raw ?? (input === undefined ? '' : JSON.stringify(superjson.serialize(input)));
  const url = `http://circe.test/api/${tenant}/trpc/${path}`;
  const headers = { ...more, ...(cookie !== undefined && { cookie }) };
  const request =
    type === 'subscription'
      ? new Request(`${url}?input=${encodeURIComponent(text)}`, { headers })
      : new Request(url, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: text,
        });
  return handleTrpc(request, { database, tenant, address: '192.0.2.1', log });
}

interface Sent {
  readonly error?: never;
  readonly result?: { readonly data?: never };
}

function read(body: unknown): Answer {
  const { error, result } = body as Sent;
  if (error) {
    const shape = superjson.deserialize<{ data: { circe: Failure } }>(error);
    return { ok: false, error: shape.data.circe };
  }
  return { ok: true, data: result?.data && superjson.deserialize(result.data) };
}

async function firstEvent(response: Response): Promise<Answer> {
  let text = '';
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    text += part;
    const [, event, data] = /event: (serialized-error)\ndata: (.*)\n/.exec(text) ?? /\n\n+(event: message\n)?data: (\{.*\})\n/.exec(text) ?? []; // prettier-ignore
    if (data === undefined) continue;
    const sent: unknown = JSON.parse(data);
    return read(event === 'serialized-error' ? { error: sent } : { result: { data: sent } });
  }
  throw new Error('The stream ended without an event.');
}
