// What is said of an address at which no database can be opened: by the command and by the server alike.
import { openDatabase } from '@paper-circe/core';
import { startEmbedded } from '@paper-circe/embedded';
import { expect, test } from 'vitest';

test('a database that cannot be opened says why, and nothing that is secret in its address', async () => {
  const server = await startEmbedded({ file: ':memory:', port: 0 });
  const host = /mongodb:\/\/([^/]*)/.exec(server.uri)?.[1] ?? '';
  const saying = async (uri: string) => {
    const opened = openDatabase({ uri, timeoutMs: 500 }).then((database) => database.close());
    return opened.then(
      () => ['OPENED', ''],
      (error: { code: string; message: string }) => [error.code, error.message],
    );
  };
  const file = '/nowhere/ca.pem';
  for (const [uri, code, said] of [
    ['mongodb://127.0.0.1:9', 'UNAVAILABLE', 'nobody listens there (ECONNREFUSED)'],
    ['mongodb://me:geheim@nowhere.invalid', 'UNAVAILABLE', /^No database answers at mongodb:\/\/nowhere.invalid: .*the name of the host/],
    ['mongodb+srv://me:geheim@nowhere.invalid/', 'UNAVAILABLE', 'the name of the host'],
    [`mongodb://${host}/?replicaSet=other`, 'UNAVAILABLE', 'belongs to a replica set other'],
    [`mongodb://${host}/?directConnection=true&tls=true`, 'UNAVAILABLE', 'does not speak TLS'],
    [`mongodb://${host}/?directConnection=true&tls=true&tlsCAFile=${file}`, 'UNAVAILABLE', `The file ${file}, which`],
    // The embedded server has no users: it knows nothing of signing in.
    [`mongodb://me:geheim@${host}/?directConnection=true`, 'UNAVAILABLE', 'refuses the connection: no such command'],
    ['mongodb://me:ge@heim/x@127.0.0.1:9', 'VALIDATION', '%40'],
    ['mongodb://me:a/geheim@127.0.0.1:9', 'VALIDATION', 'unescaped'],
    ['mongodb://me:geheim%@127.0.0.1:9', 'VALIDATION', 'malformed'],
    ['mongodb://me:geheim@127.0.0.1:x', 'VALIDATION', '127.0.0.1:x'],
    ['mongodb://me:geheim@', 'VALIDATION', 'is none of a MongoDB'],
    ['mongodb://me:geheim@h/?geheim=1', 'VALIDATION', 'not written as it has to be'],
    ['mongodb://me:geheim@h/?nonsense=1', 'VALIDATION', 'nonsense is not supported'],
    ['https://me:geheim@h', 'VALIDATION', 'begins with mongodb://'],
    ['', 'VALIDATION', 'begins with mongodb://'],
  ] as const) {
    const [found, message] = await saying(uri);
    expect([uri, found]).toEqual([uri, code]);
    expect(message).toMatch(said);
    expect(message).not.toMatch(/geheim|heim/);
  } // prettier-ignore
  await server.close();
});
