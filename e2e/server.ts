import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const root = join(import.meta.dirname, '..');
const pinned = join(root, 'node_modules', 'node', 'bin', 'node');
const node = existsSync(pinned) ? pinned : process.execPath;

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('No free port')),
      );
    });
  });
}

/** Whether this process is the first to make a folder. */
function claimed(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** Waits for a file that another process writes. */
async function isThere(file: string): Promise<void> {
  const deadline = Date.now() + 90_000;
  while (!existsSync(file)) {
    if (Date.now() > deadline) throw new Error(`Nobody has made ${file}.`);
    await pause(100);
  }
}

/** The built product as a clinic runs it: its own process, its own port, its own empty data folder. */
export class Product {
  readonly url: string;
  readonly data: string;
  /** Everything it has printed, over all its starts. */
  output = '';
  #process: ChildProcess | undefined;
  readonly #port: number;
  readonly #environment: Record<string, string>;

  private constructor(port: number, environment: Record<string, string>) {
    this.#port = port;
    this.#environment = environment;
    this.url = `http://127.0.0.1:${port}`;
    this.data = mkdtempSync(join(tmpdir(), 'paper-circe-'));
  }

  /** @param environment what differs from a plain start, such as `CIRCE_DEMO` */
  static async start(environment: Record<string, string> = {}): Promise<Product> {
    const product = new Product(await freePort(), environment);
    await product.#withDemo(() => product.start());
    return product;
  }

  /** The demo data of one clock is made once in a run, by whoever needs it first, and copied for everybody else. */
  async #withDemo(start: () => Promise<void>): Promise<void> {
    const folder = process.env['CIRCE_DEMOS'];
    if (!folder || this.#environment['CIRCE_DEMO'] === '0') return start();
    // The address under which it is reached is no part of its data.
    const { ORIGIN: _, ...made } = this.#environment;
    const demo = join(folder, encodeURIComponent(JSON.stringify(made)));
    if (claimed(demo)) {
      await start();
      await this.stop();
      cpSync(this.data, demo, { recursive: true });
      writeFileSync(`${demo}.made`, '');
    } else {
      await isThere(`${demo}.made`);
      cpSync(demo, this.data, { recursive: true });
    }
    await start();
  }

  /**
   * Starts it, or starts it again on the same port and data; done when it says that it is ready.
   * @param more what differs this time
   */
  async start(more: Record<string, string | undefined> = {}): Promise<void> {
    const { MONGODB_URI: _, ORIGIN: __, ...inherited } = process.env;
    const child = spawn(node, [join(root, 'apps', 'portal', 'server.js')], {
      cwd: this.data,
      env: {
        ...inherited,
        NODE_ENV: 'production',
        PORT: String(this.#port),
        HOST: '127.0.0.1',
        CIRCE_DATA: this.data,
        ...this.#environment,
        ...more,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    let sinceStart = '';
    await new Promise<void>((resolve, reject) => {
      const deadline = setTimeout(() => fail('was not ready within a minute'), 60_000);
      const fail = (what: string) => {
        clearTimeout(deadline);
        child.kill('SIGKILL');
        reject(new Error(`Paper Circe ${what}. It printed:\n${sinceStart}`));
      };
      const take = (chunk: Buffer) => {
        sinceStart += chunk.toString();
        this.output += chunk.toString();
        if (!/^(\{.*)?Paper Circe is ready: /m.test(sinceStart)) return;
        clearTimeout(deadline);
        resolve();
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      child.once('error', (error) => fail(`could not be started: ${error.message}`));
      child.once('exit', (code, signal) => fail(`ended (${signal ?? code}) before it was ready`));
    });
  }

  /** The demo password that it printed at its first start. */
  get demoPassword(): string {
    const password = /^Demo password: (\S+)/m.exec(this.output)?.[1];
    if (!password) throw new Error(`No demo password was printed:\n${this.output}`);
    return password;
  }

  /** How many bytes any of its files may have, as a disk that takes no writes allows none. @returns whether that can be said */
  limitFiles(bytes: number | 'unlimited'): boolean {
    const limit = [`--pid=${this.#process?.pid}`, `--fsize=${bytes}:unlimited`];
    return spawnSync('prlimit', limit).status === 0;
  }

  /** As if the power had gone: nothing can be written any more. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** As an administrator stops it. @returns the exit code */
  async stop(): Promise<number | null> {
    await this.#end('SIGTERM');
    return this.#process?.exitCode ?? null;
  }

  /** Stops it and throws its data away. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }

  #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      const deadline = setTimeout(() => child.kill('SIGKILL'), 15_000);
      child.once('exit', () => {
        clearTimeout(deadline);
        resolve();
      });
      child.kill(signal);
    });
  }
}
