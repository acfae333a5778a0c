import { audit, every, users } from '@paper-circe/core';
import { morning, testDatabase } from '@paper-circe/core/testing';
import { beforeEach, expect, test } from 'vitest';
import { hashOf } from './secrets.ts';
import { readSession } from './sessions/index.ts';
import { newAccount, newStaffedPractice, password, type StaffedPractice } from './testing/accounts.ts';
import { call, type Answer } from './testing/call.ts';

const db = testDatabase();
beforeEach(() => {
  db.clock.now = morning;
});

const own = 'kopi tubruk hangat';
const ask = (
  { slug }: Pick<StaffedPractice, 'slug'>,
  path: string,
  input: object,
  cookie?: string,
  type: 'query' | 'mutation' = 'mutation',
) => call(db.database, { tenant: slug, path, type, input, cookie });

function dataOf<Data>(answer: Answer): Data {
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.data as Data;
}

interface Invited {
  user: users.User;
  link: { token: string; expiresAt: Date };
}

let made = 0;
async function invited(practice: StaffedPractice) {
  const input = { email: `u${++made}@clinic.test`, name: 'Rani Wulandari', role: 'staff' };
  return dataOf<Invited>(await ask(practice, 'users.invite', input, practice.accounts.admin.cookie));
}

test('somebody who was invited opens the link, chooses a password and signs in', async () => {
  const practice = await newStaffedPractice(db.database);
  const { user, link } = await invited(practice);
  expect(link.expiresAt).toEqual(new Date(morning.getTime() + 7 * 86_400_000));
  const signIn = (tried: string) => ask(practice, 'auth.login', { email: user.email, password: tried });
  for (const nothing of ['none', own, password])
    expect(await signIn(nothing)).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
  const { token } = link;
  expect(await ask(practice, 'auth.passwordLink', { token }, undefined, 'query')).toMatchObject({
    data: { name: 'Rani Wulandari', hasPassword: false },
  });
  for (const guessable of [
    'short',
    'Password2026',
    'rani-wulandari-1',
    `${practice.clinic.tenant.name} 2026`,
  ])
    expect(await ask(practice, 'auth.choosePassword', { token, password: guessable })).toMatchObject({
      error: { code: 'VALIDATION', details: { issues: [{ path: 'password' }] } },
    });
  expect(await ask(practice, 'auth.choosePassword', { token, password: own })).toMatchObject({ ok: true });
  expect(await signIn(own)).toMatchObject({ data: { id: user.id, hasPassword: true } });
  const events = await Array.fromAsync(
    every((page) => audit.historyOf(practice.clinic, 'users', user.id, page)),
  );
  expect(events.map(({ action, actor }) => [action, actor.kind === 'user' && actor.name])).toEqual([
    ['users.choosePassword', 'Rani Wulandari'],
    ['users.invite', 'The admin'],
  ]);
  expect(JSON.stringify(events)).not.toContain(token);
  expect(JSON.stringify(events)).not.toContain(hashOf(token));
});

test('a link that is unknown, foreign, used, replaced, run out or its user’s no longer answers the same', async () => {
  const [practice, bali] = [await newStaffedPractice(db.database), await newStaffedPractice(db.database)];
  const links = await Promise.all(Array.from({ length: 4 }, () => invited(practice)));
  const [used, replaced, gone, late] = links.map(({ user, link }) => ({ id: user.id, token: link.token }));
  await ask(practice, 'auth.choosePassword', { token: used!.token, password: own });
  await ask(practice, 'users.allowReset', { id: replaced!.id }, practice.accounts.admin.cookie);
  await users.deactivate(practice.clinic, gone!.id);
  const foreign = (await invited(bali)).link.token;
  const tokens = [
    'x',
    '\0',
    '{"$ne":null}',
    'f'.repeat(64),
    foreign,
    used!.token,
    replaced!.token,
    gone!.token,
  ];
  const answersTo = async (token: string) =>
    Promise.all([
      ask(practice, 'auth.passwordLink', { token }, undefined, 'query'),
      ask(practice, 'auth.choosePassword', { token, password: own }),
    ]);
  const answers = (await Promise.all(tokens.map(answersTo))).flat();
  db.clock.now = new Date(morning.getTime() + 7 * 86_400_000);
  answers.push(...(await answersTo(late!.token)));
  const texts = answers.map((answer) => JSON.stringify(answer).replace(/"requestId":"[^"]*"/, ''));
  expect(new Set(texts)).toEqual(new Set([expect.stringContaining('"code":"NOT_FOUND","message":"This link does not exist."')])); // prettier-ignore
});

test('a link works once, also for two who open it at the same time, and signs out everywhere', async () => {
  const practice = await newStaffedPractice(db.database);
  const { user, token: session } = await newAccount(practice.clinic, 'staff');
  const { cookie } = practice.accounts.admin;
  const { token } = dataOf<{ token: string }>(
    await ask(practice, 'users.allowReset', { id: user.id }, cookie),
  );
  expect(await readSession(practice.clinic, session)).toBeDefined();
  expect(await ask(practice, 'auth.login', { email: user.email, password })).toMatchObject({ ok: true });
  const both = await Promise.all(
    [own, 'another battery horse'].map((chosen) =>
      ask(practice, 'auth.choosePassword', { token, password: chosen }),
    ),
  );
  expect(both.map(({ ok }) => ok).toSorted()).toEqual([false, true]);
  expect(await readSession(practice.clinic, session)).toBeUndefined();
  expect(await ask(practice, 'auth.login', { email: user.email, password })).toMatchObject({ ok: false });
});
