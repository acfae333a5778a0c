import { Agent, get, type IncomingMessage } from 'node:http';

/** What a screen was told: the number of the event, what it is about, and when it came. */
export interface Told {
  readonly seq: number;
  readonly documentId: string;
  readonly at: number;
}

/** One open screen of a clinic, over a connection of its own. */
export class Screen {
  readonly told: Told[] = [];
  readonly #response: IncomingMessage;

  private constructor(response: IncomingMessage) {
    this.#response = response;
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => {
      const messages = (text + part).split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages) this.#read(message);
    });
  }

  /** Subscribes to what follows a number. */
  static async open(url: string, slug: string, token: string, lastEventId: number): Promise<Screen> {
    const input = encodeURIComponent(JSON.stringify({ json: { lastEventId: String(lastEventId) } }));
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}` };
      const path = `${url}/api/${slug}/trpc/live.events?input=${input}`;
      get(path, { agent: new Agent(), headers }, resolve).on('error', reject);
    });
    if (response.statusCode !== 200) throw new Error(`A subscription answered ${response.statusCode}.`);
    return new Screen(response);
  }

  close(): void {
    this.#response.destroy();
  }

  #read(message: string): void {
    const data = /^data: (.*)$/m.exec(message)?.[1];
    if (/^event: (?!message$)/m.test(message) || !data) return;
    const { json } = JSON.parse(data) as { json: { kind?: string; seq: number; documentId: string } };
    if (json.kind !== 'change') return;
    this.told.push({ seq: json.seq, documentId: json.documentId, at: performance.now() });
  }
}
