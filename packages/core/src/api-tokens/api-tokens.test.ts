import { expect, test } from 'vitest';
import { once } from '../act.ts';
import { codesOf, morning, newClinic, recorded, testDatabase } from '../testing/index.ts';
import * as apiTokens from './index.ts';

const held = testDatabase();

const tomorrow = new Date(morning.getTime() + 86_400_000);
const hashOf = (digit: string) => digit.repeat(64);
const token = { name: 'Nightly export', scopes: ['bookings:read', 'bookings:read'], expiresAt: tomorrow };

test('a token counts in its own clinic until its last moment, and its hash is in no event', async () => {
  const [jakarta, bali] = [await newClinic(held.database), await newClinic(held.database)];
  const made = await apiTokens.create(jakarta, { ...token, tokenHash: hashOf('a') });
  expect(made).toMatchObject({ name: 'Nightly export', scopes: ['bookings:read'], createdBy: jakarta.actor });
  expect(await apiTokens.find(jakarta, hashOf('a'))).toEqual(made);
  expect(await apiTokens.find(bali, hashOf('a'))).toBeUndefined();
  expect(JSON.stringify(await recorded(jakarta, 'apiTokens', made.id))).not.toContain(hashOf('a'));
  held.clock.now = tomorrow;
  expect(await apiTokens.find(jakarta, hashOf('a'))).toBeUndefined();
  held.clock.now = morning;
  const refused = await codesOf([
    apiTokens.create(jakarta, { ...token, tokenHash: hashOf('a') }),
    apiTokens.create(jakarta, { ...token, tokenHash: hashOf('b'), expiresAt: morning }),
    apiTokens.create(jakarta, { ...token, tokenHash: hashOf('b'), scopes: ['everything'] }),
    apiTokens.create(jakarta, { ...token, tokenHash: hashOf('b'), scopes: [] }),
    apiTokens.revoke(bali, made.id),
  ]);
  expect(refused).toEqual(['CONFLICT_DUPLICATE', 'VALIDATION', 'VALIDATION', 'VALIDATION', 'NOT_FOUND']);
});

test('a token is revoked once and at once, and made once for one key', async () => {
  const clinic = await newClinic(held.database);
  const [made, again] = await Promise.all(
    ['a', 'b'].map((digit) => apiTokens.create(once(clinic, 'key'), { ...token, tokenHash: hashOf(digit) })),
  );
  expect(made).toEqual(again);
  await apiTokens.touch(clinic, made!.tokenHash);
  expect((await apiTokens.findByTenant(clinic)).items).toMatchObject([{ id: made!.id, lastUsedAt: morning }]);
  const revoked = await codesOf([apiTokens.revoke(clinic, made!.id), apiTokens.revoke(clinic, made!.id)]);
  expect(revoked.toSorted()).toEqual(['NOT_FOUND', 'done']);
  expect(await apiTokens.find(clinic, made!.tokenHash)).toBeUndefined();
  const history = await recorded(clinic, 'apiTokens', made!.id);
  expect(history.map(({ action }) => action)).toEqual(['apiTokens.create', 'apiTokens.revoke']);
});
