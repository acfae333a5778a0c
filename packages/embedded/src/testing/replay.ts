// A server that reads nothing of what it is asked: what any server can reach at most with the same driver.
import { UUID } from '../bson/types.ts';
import { dispatch } from '../commands/dispatch.ts';
import { openServer } from '../commands/server.ts';
import { Gradual } from '../gradual.ts';
import type { Pipe } from '../wire/connection.ts';
import { listenInProcess } from '../wire/in-process.ts';
import { listen } from '../wire/listen.ts';
import { formatAnswer, reading, sizeOfMessage } from '../wire/message.ts';

export interface Replay {
  readonly uri: string;
  /**
   * From now on a command of that name is answered with what the first of them was answered, byte by byte, once the
   * work is done that stands for it.
   */
  replay(command: string, work: () => void): void;
  close(): Promise<void>;
}

/** Where a message of MongoDB's protocol has its number, what it answers, and the name of its command. */
const [NUMBER, ANSWERED, CODE, NAME] = [4, 8, 12, 26];
const OP_MSG = 2013;

/** Starts one in this process, which an embedded server answers for until something is replayed. */
export async function startReplay(inProcess: boolean): Promise<Replay> {
  const server = openServer(':memory:', 'relaxed', () => new Date());
  const works = new Map<string, () => void>();
  const answers = new Map<string, Buffer>();

  const serve = (stream: Pipe, id: number): void => {
    const client = { id, uuid: new UUID().toBinary(), address: 'this process' };
    // A client that says goodbye does not wait for an answer.
    stream.on('error', () => stream.destroy());
    let begun: Buffer | undefined;
    stream.on('data', (chunk: Buffer) => {
      const message = begun ? Buffer.concat([begun, chunk]) : chunk;
      // A client sends a command after the answer to the one before.
      begun = message.length < (sizeOfMessage(message) ?? Infinity) ? message : undefined;
      if (begun) return;
      const name = nameIn(message);
      const ready = answers.get(name);
      if (!ready) return void answer(message, name);
      works.get(name)?.();
      const bytes = Buffer.from(ready);
      message.copy(bytes, ANSWERED, NUMBER, NUMBER + 4);
      stream.write(bytes);
    });
    const answer = async (message: Buffer, name: string): Promise<void> => {
      const request = new Gradual(reading(message)).whole;
      const bytes = formatAnswer(request, await dispatch(server, client, request.body));
      if (works.has(name)) answers.set(name, bytes);
      stream.write(bytes);
    };
  };

  const listening = inProcess ? listenInProcess(serve) : await listen(undefined, serve);
  return {
    uri: `mongodb://${listening.host}/?directConnection=true`,
    replay: (command, work) => void works.set(command, work),
    close: () => listening.close().then(() => server.close()),
  };
}

function nameIn(message: Buffer): string {
  if (message.readInt32LE(CODE) !== OP_MSG) return '';
  return message.toString('latin1', NAME, message.indexOf(0, NAME));
}
