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

/** Calls procedures of one kind, each with its input, in as few requests as batches take, and reads the answers. */
export async function callAll(
  database: Database,
  who: Omit<Call, 'path' | 'type' | 'input' | 'raw'>,
  calls: readonly Pick<Call, 'path' | 'input' | 'raw'>[],
  log?: Log,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let first = 0; first < calls.length; first += maxBatch) {
    const batch = calls.slice(first, first + maxBatch);
    const inputs = batch.flatMap(({ input, raw }, n) =>
      raw === undefined && input === undefined ? [] : [`"${n}":${raw ?? superjson.stringify(input)}`],
    );
    const paths = batch.map(({ path }) => path).join(',');
    const together = { ...who, type: 'mutation', path: `${paths}?batch=1`, raw: `{${inputs.join(',')}}` } as const; // prettier-ignore
    const response = await respond(database, together, log);
    answers.push(...((await response.json()) as unknown[]).map(read));
  }
  return answers;
}

/** Where the installation is reached. */
const home = 'http://circe.test';

function respond(
  database: Database,
  { tenant, path, type, cookie, input, raw, headers: more }: Call,
  log: Log = () => undefined,
): Promise<Response> {
  const text = raw ?? (input === undefined ? '' : JSON.stringify(superjson.serialize(input)));
  const url = `${home}/api/${tenant}/trpc/${path}`;
  const headers = { ...more, ...(cookie !== undefined && { cookie }) };
  const request =
    type === 'subscription'
      ? new Request(`${url}?input=${encodeURIComponent(text)}`, { headers })
      : new Request(url, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: text,
        });
  return handleTrpc(request, { database, tenant, address: '192.0.2.1', origin: home, log });
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
