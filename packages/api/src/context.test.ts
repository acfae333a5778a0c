import { testDatabase } from '@paper-circe/core/testing';
import { expect, test } from 'vitest';
import { createContext } from './context.ts';
import { cookiesOf } from './cookies.ts';
import { createCaller } from './root.ts';
import { newStaffedPractice } from './testing/accounts.ts';
import { startSession } from './sessions/index.ts';

const db = testDatabase();

async function commandsOf(work: () => Promise<unknown>): Promise<string[]> {
  const sent: string[] = [];
  const note = ({ command }: { command: Record<string, unknown> }) =>
    void sent.push(String(command['find'] ?? command['aggregate']));
  db.database.client.on('commandStarted', note);
  await work().finally(() => db.database.client.off('commandStarted', note));
  return sent;
}

test('a request asks once for the clinic, the session and the user, however much is read for it', async () => {
  const { clinic, slug, accounts, ayu } = await newStaffedPractice(db.database);
  const { token } = await startSession(clinic, accounts.staff.user.id);
  const request = new Request(`http://circe.test/${slug}`, { headers: { authorization: `Bearer ${token}` } });
  const sent = await commandsOf(async () => {
    const cookies = cookiesOf(request.headers);
    const context = createContext({ database: db.database, tenant: slug, request, cookies, address: '', origin: 'http://circe.test' }); // prettier-ignore
    const [page, layout] = [createCaller(await context), createCaller(await context)];
    const me = { id: ayu.id };
    await Promise.all([
      page.patients.get(me),
      page.clinic.current(),
      layout.auth.me(),
      layout.patients.get(me),
    ]);
  });
  expect(sent.toSorted()).toEqual(['patients', 'patients', 'sessions', 'tenants']);
});
