import { expect, test } from 'vitest';
import { dryRun } from '../act.ts';
import { acrossTenants } from '../firewall.ts';
import { fileNameOf } from '../images/address.ts';
import { maxBytes, pictureOf } from '../images/picture.ts';
import { replay } from '../replay.ts';
import * as tenants from '../tenants/index.ts';
import { aPng, codesOf, newClinic, newPractice, recorded, testDatabase } from '../testing/index.ts';
import { aJpeg } from '../testing/pictures.ts';
import * as staff from './index.ts';

const held = testDatabase();
const nameOf = (data: Uint8Array) => fileNameOf(pictureOf(data));
const [one, two, three] = [10, 20, 30].map((grey) => aPng(10, 10, { grey })) as [Buffer, Buffer, Buffer];
const keptBy = (tenantId: string) =>
  acrossTenants('this test', () => held.database.db.collection('images').countDocuments({ tenantId }));

test('an uploaded avatar is a path of this installation, in the audit without its bytes, and STALE as any change', async () => {
  const { clinic, sari } = await newPractice(held.database);
  const { avatar, revision } = await staff.uploadAvatar(clinic, sari.id, { data: one, revision: 1 });
  expect([avatar, revision]).toEqual([`/${clinic.tenant.slug}/images/${nameOf(one)}`, 2]);
  expect((await staff.getAvatar(clinic, nameOf(one))).data).toEqual(one);
  const event = (await recorded(clinic, 'staff', sari.id)).at(-1);
  expect(event).toMatchObject({ action: 'staff.uploadAvatar', changes: { avatar: { to: avatar } } });
  const late = staff.uploadAvatar(clinic, sari.id, { data: two, revision: 1 });
  await expect(late).rejects.toMatchObject({ code: 'STALE' });
  await staff.uploadAvatar(dryRun(clinic), sari.id, { data: three });
  expect(await keptBy(clinic.tenantId)).toBe(1);
});

test('the avatar before can be shown again, and nobody’s takes away that of others or the logo', async () => {
  const { clinic, sari, dewi } = await newPractice(held.database);
  await tenants.uploadLogo(clinic, { data: one });
  await staff.uploadAvatar(clinic, dewi.id, { data: one });
  const first = await staff.uploadAvatar(clinic, sari.id, { data: one });
  await staff.uploadAvatar(clinic, sari.id, { data: two });
  await staff.update(clinic, sari.id, { avatar: first.avatar! });
  expect((await staff.get(clinic, sari.id)).avatar).toBe(first.avatar);
  await staff.update(clinic, sari.id, { avatar: '' });
  expect((await staff.undo(clinic, sari.id)).avatar).toBe(first.avatar);
  await staff.uploadAvatar(clinic, sari.id, { data: three });
  // The logo, hers, and two of his.
  expect(await keptBy(clinic.tenantId)).toBe(4);
  const older = `/${clinic.tenant.slug}/images/${nameOf(two)}`;
  const refused = { code: 'VALIDATION', details: { issues: [{ path: 'avatar' }] } };
  await expect(staff.update(clinic, sari.id, { avatar: older })).rejects.toMatchObject(refused);
  // What is one's own is not another's, of the clinic or of the next one.
  const hers = `/${clinic.tenant.slug}/images/${nameOf(three)}`;
  await expect(staff.update(clinic, dewi.id, { avatar: hers })).rejects.toMatchObject(refused);
  const other = await newPractice(held.database);
  await expect(staff.update(other.clinic, other.sari.id, { avatar: hers })).rejects.toMatchObject(refused);
  const codes = await codesOf([staff.getAvatar(other.clinic, nameOf(three)), staff.getAvatar(clinic, nameOf(two))]); // prettier-ignore
  expect(codes).toEqual(['NOT_FOUND', 'NOT_FOUND']);
});

test('who has left is seen by nobody until he is restored, and what is taken away is gone from the web', async () => {
  const { clinic, dewi } = await newPractice(held.database);
  await staff.uploadAvatar(clinic, dewi.id, { data: one });
  const seen = async () => (await codesOf([staff.getAvatar(clinic, nameOf(one))]))[0];
  await staff.deactivate(clinic, dewi.id);
  expect(await seen()).toBe('NOT_FOUND');
  await staff.restore(clinic, dewi.id);
  expect(await seen()).toBe('done');
  await staff.update(clinic, dewi.id, { avatar: '' });
  expect(await seen()).toBe('NOT_FOUND');
});

test('avatars follow the clinic to another slug, and its audit says so', async () => {
  const { clinic, dewi } = await newPractice(held.database);
  await staff.uploadAvatar(clinic, dewi.id, { data: aJpeg });
  const system = { kind: 'system', name: 'test' } as const;
  const slug = `${clinic.tenant.slug}-moved`;
  await tenants.update(tenants.openPlatform(held.database, system), clinic.tenant.id, { slug });
  const moved = await tenants.openTenant(held.database, clinic.tenant.id, system);
  expect((await staff.get(moved, dewi.id)).avatar).toBe(`/${slug}/images/${nameOf(aJpeg)}`);
  expect(await staff.getAvatar(moved, nameOf(aJpeg))).toMatchObject({ width: 3 });
  expect(await Array.fromAsync(replay(moved))).toEqual([]);
});

test.each([
  ['nothing', {}],
  ['a text', { data: one.toString('base64') }],
  ['an operator', { data: { $ne: null } }],
  ['an SVG', { data: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') }],
  ['too many bytes', { data: aPng(1, 1, { more: maxBytes }) }],
])('%s is no avatar', async (_, upload) => {
  const clinic = await newClinic(held.database);
  const { id } = await staff.add(clinic, { name: 'Sari', role: 'Therapist' });
  const refused = staff.uploadAvatar(clinic, id, upload as staff.AvatarUpload);
  await expect(refused).rejects.toMatchObject({ code: 'VALIDATION' });
  expect(await keptBy(clinic.tenantId)).toBe(0);
});
