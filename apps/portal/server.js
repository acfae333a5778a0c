// The process of the built portal: reads its environment, answers on one port, and leaves when it is told to.
// The application itself, its database included, starts inside `build/handler.js`, by its own `init` hook.
import { createServer } from 'node:http';
import { connect } from 'node:net';
import process from 'node:process';
import { format } from 'node:util';
import compression from 'compression';

process.env.NODE_ENV ??= 'production';

/** How long requests under way may take to finish once the process is told to stop. */
const grace = 5_000;
/** After this nothing is waited for any more. */
const patience = 10_000;

/**
 * What gathers logs takes a JSON object for each thing that is said, in place of a sentence. What is one already, as a bug
 * of ours is, only gets its time.
 */
function logAsJson() {
  for (const [name, level] of /** @type {const} */ ([
    ['log', 'info'],
    ['warn', 'warn'],
    ['error', 'error'],
  ])) {
    const write = console[name].bind(console);
    console[name] = (/** @type {unknown[]} */ ...said) => {
      const text = format(...said);
      const time = new Date().toISOString();
      write(JSON.stringify({ time, level, ...(objectOf(text) ?? { message: text }) }));
    };
  }
}

/**
 * @param {string} text
 * @returns {object | undefined}
 */
function objectOf(text) {
  if (!text.startsWith('{')) return undefined;
  try {
    return /** @type {object} */ (JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * One line that says what is wrong, and the end.
 * @param {string} message
 * @returns {never}
 */
function giveUp(message) {
  console.error(`Paper Circe could not start: ${message}`);
  process.exit(1);
}

function readEnvironment() {
  const { PORT = '3000', HOST = '127.0.0.1', ORIGIN, CIRCE_DRAIN = '0', CIRCE_LOG = 'text' } = process.env;
  if (CIRCE_LOG === 'json') logAsJson();
  else if (CIRCE_LOG !== 'text') giveUp(`CIRCE_LOG must be text or json, not "${CIRCE_LOG}".`);
  const port = Number(PORT);
  if (!/^\d+$/.test(PORT) || port > 65_535) giveUp(`PORT must be a number from 0 to 65535, not "${PORT}".`);
  if (!/^[\w.:-]+$/.test(HOST)) giveUp(`HOST must be a host name or an address, not "${HOST}".`);
  if (!/^[0-5]?\d$/.test(CIRCE_DRAIN))
    giveUp(`CIRCE_DRAIN must be a number of seconds from 0 to 59, not "${CIRCE_DRAIN}".`);
  const drain = Number(CIRCE_DRAIN) * 1000;
  if (!ORIGIN) return { port, host: HOST, origin: undefined, drain };
  const origin = URL.canParse(ORIGIN) ? new URL(ORIGIN) : undefined;
  if (
    !origin ||
    !/^https?:$/.test(origin.protocol) ||
    origin.pathname !== '/' ||
    origin.search ||
    origin.hash
  )
    giveUp(`ORIGIN must be an address such as https://desk.example.com, without a path, not "${ORIGIN}".`);
  return { port, host: HOST, origin, drain };
}

const { port, host, origin, drain } = readEnvironment();

// The adapter takes protocol, host and client address from these headers, and we alone write them: see `stamp`.
process.env.PROTOCOL_HEADER = 'x-circe-protocol';
process.env.HOST_HEADER = 'x-circe-host';
process.env.ADDRESS_HEADER = 'x-circe-address';

/**
 * The last of what proxies have added to a header: what the one in front of us says.
 * @param {string | string[] | undefined} header
 */
const lastOf = (header) => [header ?? ''].flat().join(',').split(',').at(-1)?.trim() ?? '';

/**
 * The host under which a request came through the proxy. A clinic is reached under its own domain too; whatever else is
 * named, as by who asks for the health, is taken for the configured address.
 * @param {import('node:http').IncomingHttpHeaders} headers
 * @param {URL} origin
 */
async function publicHost(headers, origin) {
  const { circeIsClinicDomain } =
    /** @type {{ circeIsClinicDomain?: (domain: string) => Promise<boolean> }} */ (globalThis);
  for (const named of [headers.host ?? '', lastOf(headers['x-forwarded-host'])]) {
    if (!/^[a-z0-9.-]+(:\d+)?$/i.test(named) || !URL.canParse(`${origin.protocol}//${named}`)) continue;
    const { host, hostname, port } = new URL(`${origin.protocol}//${named}`);
    if (host === origin.host) return host;
    // What is on another port was not asked for through the proxy, and does not cost a look into the database.
    if (port === origin.port && (await circeIsClinicDomain?.(hostname))) return host;
  }
  return origin.host;
}

/**
 * Says where a request came from. Without ORIGIN there is no proxy, and nothing that a client claims is believed.
 * With it, the public address is the configured one or a clinic's own domain on it, and the client is who the proxy in
 * front of us saw last.
 * @param {import('node:http').IncomingMessage} request
 */
async function stamp({ url = '', headers, socket }) {
  headers['x-circe-protocol'] = origin ? origin.protocol.slice(0, -1) : 'http';
  // What was built is the same under every host: it does not cost a look into the database.
  const known = origin && !url.startsWith('/_app/') ? await publicHost(headers, origin) : origin?.host;
  headers['x-circe-host'] = known ?? headers.host ?? '';
  const forwarded = origin ? lastOf(headers['x-forwarded-for']) : '';
  headers['x-circe-address'] = forwarded || (socket.remoteAddress ?? '');
}

/** Answers that are still being written. @type {Set<import('node:http').ServerResponse>} */
const open = new Set();
/** @type {import('node:http').RequestListener | undefined} */
let answer;
let stopping = false;

/**
 * @param {import('node:http').ServerResponse} response
 * @param {string} why
 */
function comeBack(response, why) {
  response.writeHead(503, { 'retry-after': '2', 'content-type': 'text/plain' }).end(`${why}\n`);
}

const server = createServer((request, response) => {
  open.add(response);
  response.once('close', () => open.delete(response));
  if (stopping) {
    // Whoever keeps its connections opens the next one elsewhere, and a proxy that asks gives its requests to others.
    response.setHeader('connection', 'close');
    if (request.url === '/health/ready') return comeBack(response, 'Stopping.');
  }
  stamp(request).then(
    () => answer?.(request, response),
    () => comeBack(response, 'The database does not answer.'),
  );
});

// A proxy keeps its connections for as long as a minute (nginx) or two (Caddy), and programs for as long as they are told.
// Where they are closed from here before, a form may just have been sent on one, and nobody can tell whether that was read.
server.keepAliveTimeout = 150_000;

/**
 * Where others answer too, a proxy has to see that this one leaves before it does: it goes on for a while, and says no
 * more that it is ready. Who presses Ctrl+C has no proxy that he waits for.
 * @param {NodeJS.Signals} signal
 */
function stop(signal) {
  // A terminal signals the whole group and npm passes the signal on: it may come twice.
  if (stopping) return;
  stopping = true;
  setTimeout(leave, signal === 'SIGTERM' ? drain : 0, signal);
}

/**
 * Closes the port right after a short turn of the event loop: who came to it during a long one and was not taken yet
 * would be cut off, with a form that he has sent.
 * @param {() => void} done
 */
function closeBetween(done, tries = 2_000, before = performance.now()) {
  setImmediate(() => {
    const now = performance.now();
    if (now - before < 0.2 || tries === 0) server.close(done);
    else closeBetween(done, tries - 1, now);
  });
}

/** @param {NodeJS.Signals} signal */
function leave(signal) {
  setTimeout(() => process.exit(0), patience).unref();
  setTimeout(() => server.closeAllConnections(), grace).unref();
  closeBetween(() => {
    // The application closes its database on this event; then nothing keeps the process alive.
    /** @type {NodeJS.EventEmitter} */ (process).emit('sveltekit:shutdown', signal);
  });
  // An event stream never ends by itself; the browser at the other end reconnects when we are back.
  for (const response of open)
    if (String(response.getHeader('content-type')).startsWith('text/event-stream')) response.end();
  server.closeIdleConnections();
}
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

/** @returns {never} */
function portIsTaken() {
  giveUp(`port ${port} on ${host} is in use; set PORT to another one.`);
}

/** @returns {Promise<boolean>} */
function isSomebodyThere() {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

// To be told that the port is taken should not cost the start of a database. It opens when there is somebody to answer: a
// proxy that does not ask who is ready goes elsewhere where a connection is refused, and not where it is answered that
// it is too early.
if (port !== 0 && (await isSomebodyThere())) portIsTaken();

try {
  // Not written as a path, or the type checker would follow it into what was built.
  const built = new URL('./build/handler.js', import.meta.url).href;
  const { handler } = await import(built);
  // Pages are many rows of much the same: a board of 490 KB becomes 26. An event stream must not wait in a buffer.
  // Its types know Express only; it works on Node's own requests and answers.
  const compress =
    /** @type {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse, next: () => void) => void} */ (
      /** @type {unknown} */ (
        compression({
          filter: (request, response) =>
            !String(response.getHeader('content-type')).startsWith('text/event-stream') &&
            compression.filter(request, response),
        })
      )
    );
  answer = (request, response) =>
    compress(request, response, () =>
      handler(request, response, () => {
        response.statusCode = 404;
        response.end();
      }),
    );
} catch (error) {
  giveUp(error instanceof Error ? error.message : String(error));
}

/** Where the process listens, as somebody at this machine opens it. */
function listening() {
  const address = server.address();
  const bound = address && typeof address === 'object' ? address.port : port;
  // Every address of the machine is none that a browser opens.
  const named = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host;
  return `http://${named.includes(':') ? `[${named}]` : named}:${bound}`;
}

if (!stopping) {
  await new Promise((resolve) => {
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === 'EADDRINUSE') portIsTaken();
      giveUp(error.message);
    });
    server.listen({ port, host }, () => resolve(undefined));
  });
  const address = origin?.origin ?? listening();
  const { circeSetUpPath } = /** @type {{ circeSetUpPath?: string }} */ (globalThis);
  const setUp = circeSetUpPath
    ? `\nThere is no clinic yet: set the first one up on ${address}${circeSetUpPath}`
    : '';
  console.log(`Paper Circe is ready: ${address}${setUp}`);
}
