// What Prometheus reads of this process. Labels are names of procedures, routes as the code has them, and codes: no
// clinic, patient, address or id is ever one.
import { createHash, timingSafeEqual } from 'node:crypto';
import { liveStreams, onCalled, passwordLine } from '@paper-circe/api';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { backupAges, databaseLoad } from './installation.ts';

const registry = new Registry();
const registers = [registry];
collectDefaultMetrics({ register: registry });

const requests = new Histogram({
  name: 'circe_http_request_duration_seconds',
  help: 'Requests by route, method and kind of status, until the answer began.',
  labelNames: ['route', 'method', 'status'] as const,
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  registers,
});

const procedures = new Histogram({
  name: 'circe_procedure_duration_seconds',
  help: 'Calls of a procedure, by pages and over HTTP, until its answer was there.',
  labelNames: ['procedure'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  registers,
});

const outcomes = new Counter({
  name: 'circe_procedure_calls_total',
  help: 'Calls of a procedure by how they ended: OK, a code of the closed list, or INTERNAL.',
  labelNames: ['procedure', 'code'] as const,
  registers,
});

onCalled(({ procedure, code, seconds }) => {
  procedures.observe({ procedure }, seconds);
  outcomes.inc({ procedure, code });
});

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The labels of a request; whatever a client makes up is none. */
export function labelsOf(route: string | null, method: string, status: number) {
  return {
    route: route ?? 'none',
    method: methods.has(method) ? method : 'other',
    status: `${Math.floor(status / 100)}xx`,
  };
}

/** Takes account of one request. */
export function observeRequest(labels: ReturnType<typeof labelsOf>, ms: number): void {
  requests.observe(labels, ms / 1000);
}

function gauge(name: string, help: string, read: () => number | Promise<number>): void {
  new Gauge({
    name,
    help,
    registers,
    async collect() {
      this.set(await read());
    },
  });
}

const loaded = (of: keyof Awaited<ReturnType<typeof databaseLoad>>) => async () => (await databaseLoad())[of];
gauge('circe_database_connections', 'Connections to the database that are open.', loaded('connections'));
gauge('circe_database_connections_in_use', 'Connections by which a command is sent.', loaded('inUse'));
gauge('circe_database_connections_waiting', 'Commands that wait for a connection.', loaded('waiting'));
gauge(
  'circe_lanes_waiting',
  'Acts that wait for the one before them at the same clinic.',
  loaded('waitingInLanes'),
);
gauge('circe_passwords_hashing', 'Passwords that are being hashed.', () => passwordLine().running);
gauge('circe_passwords_waiting', 'Sign-ins that wait for a hash.', () => passwordLine().waiting);
gauge('circe_live_streams', 'Screens and programs that listen to what happens.', liveStreams);

gauge(
  'circe_backup_age_seconds',
  'Since the newest backup that was read back; NaN where there is none.',
  async () => (await backupAges()).newest,
);
gauge(
  'circe_backup_log_age_seconds',
  'Since when a change may not be in the log yet; NaN where there is none.',
  async () => (await backupAges()).log,
);
gauge(
  'circe_backup_unpruned_seconds',
  'Since when something that is older than 30 days could not be removed; NaN where nothing is.',
  async () => (await backupAges()).unpruned,
);
gauge(
  'circe_change_stream_lag_seconds',
  'How long a change takes until the log has read it; NaN where this process writes none.',
  async () => (await backupAges()).stream,
);

/** All of it as Prometheus reads it. */
export async function metrics(): Promise<{ readonly text: string; readonly type: string }> {
  return { text: await registry.metrics(), type: registry.contentType };
}

const loopback = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/;

/**
 * Whether somebody may read them: by the token where there is one. Without one from this machine only, and not through
 * a proxy, which would make everybody seem to be here.
 */
export function mayRead(
  { token, isProxied }: { readonly token: string | undefined; readonly isProxied: boolean },
  { authorization, address }: { readonly authorization: string | null; readonly address: string },
): boolean {
  if (token === undefined) return !isProxied && loopback.test(address);
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(`Bearer ${token}`), digest(authorization ?? ''));
}
