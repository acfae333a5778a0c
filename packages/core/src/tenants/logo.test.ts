import { expect, test } from 'vitest';
import { dryRun, once } from '../act.ts';
import { acrossTenants } from '../firewall.ts';
import { fileNameOf } from '../images/address.ts';
import { maxBytes, pictureOf } from '../images/picture.ts';
import * as audit from '../public-audit.ts';
import { codesOf, newClinic, recorded, testDatabase } from '../testing/index.ts';
import { aJpeg, aPng } from '../testing/pictures.ts';
import * as tenants from './index.ts';

const held = testDatabase();
const anybody = { kind: 'public' } as const;
const seenBy = (id: string) => tenants.openTenant(held.database, id, anybody);
const nameOf = (data: Uint8Array) => fileNameOf(pictureOf(data));
const [one, two, three] = [10, 20, 30].map((grey) => aPng(40, 10, { grey })) as [Buffer, Buffer, Buffer];
const keptBy = (tenantId: string) =>
  acrossTenants('this test', () => held.database.db.collection('images').countDocuments({ tenantId }));

test('an uploaded logo is shown under a path that says which bytes it is, and its bytes are in no audit', async () => {
  const clinic = await newClinic(held.database, { logo: 'https://contoh.id/logo.png' });
  const { slug, id } = clinic.tenant;
  const { config, revision } = await tenants.uploadLogo(clinic, { data: aJpeg, revision: 1 });
  expect([config.logo, revision]).toEqual([`/${slug}/images/${nameOf(aJpeg)}`, 2]);
  expect(await tenants.getLogo(await seenBy(id), nameOf(aJpeg))).toMatchObject({
    contentType: 'image/jpeg',
    width: 3,
    height: 2,
    data: aJpeg,
  });
  expect((await recorded(clinic, 'tenants', id)).at(-1)).toMatchObject({
    action: 'tenants.uploadLogo',
    changes: { config: { from: { logo: 'https://contoh.id/logo.png' }, to: { logo: config.logo } } },
  });
  const { items } = await audit.find(clinic, {});
  expect(JSON.stringify(items).length).toBeLessThan(5_000);
  await expect(tenants.uploadLogo(clinic, { data: one, revision: 1 })).rejects.toMatchObject({
    code: 'STALE',
  });
});

test('the logo before can be shown again; an older one, and one that is taken away, is nobody’s to see', async () => {
  const clinic = await newClinic(held.database);
  const { id } = clinic.tenant;
  const upload = async (data: Buffer) => (await tenants.uploadLogo(clinic, { data })).config.logo!;
  const shows = async (data: Buffer) => {
    const [code] = await codesOf([tenants.getLogo(await seenBy(id), nameOf(data))]);
    return code;
  };
  const [first, second] = [await upload(one), await upload(two)];
  expect([await shows(one), await shows(two)]).toEqual(['NOT_FOUND', 'done']);
  await tenants.configure(clinic, { config: { logo: first } });
  expect([await shows(one), await shows(two)]).toEqual(['done', 'NOT_FOUND']);
  await upload(three);
  expect(await keptBy(id)).toBe(2);
  await expect(tenants.configure(clinic, { config: { logo: second } })).rejects.toMatchObject({
    code: 'VALIDATION',
    details: { issues: [{ path: 'config.logo' }] },
  });
  await tenants.configure(clinic, { config: { logo: '' } });
  expect([await shows(one), await shows(three)]).toEqual(['NOT_FOUND', 'NOT_FOUND']);
  await upload(one);
  expect([await shows(one), await keptBy(id)]).toEqual(['done', 1]);
});

test('the same picture twice, also at once, is stored once; only tried, not at all', async () => {
  const clinic = await newClinic(held.database);
  const { tenantId } = clinic;
  await tenants.uploadLogo(dryRun(clinic), { data: one });
  expect(await keptBy(tenantId)).toBe(0);
  await Promise.all([1, 2].map(() => tenants.uploadLogo(clinic, { data: one })));
  expect(await keptBy(tenantId)).toBe(1);
  const [a, b] = [await tenants.uploadLogo(once(clinic, 'k'), { data: two }), await tenants.uploadLogo(once(clinic, 'k'), { data: two })]; // prettier-ignore
  expect(b.revision).toBe(a.revision);
  await expect(tenants.uploadLogo(once(clinic, 'k'), { data: three })).rejects.toMatchObject({
    code: 'CONFLICT_DUPLICATE',
  });
});

test('another clinic’s picture answers as one that does not exist, and cannot be made one’s own', async () => {
  const [clinic, other] = await Promise.all([newClinic(held.database), newClinic(held.database)]);
  const { config } = await tenants.uploadLogo(other, { data: one });
  const refusal = (file: unknown) =>
    tenants.getLogo(clinic, file as string).catch((error: Error) => [error.message, error]);
  const theirs = await refusal(nameOf(one));
  for (const file of ['', 'x', `${'0'.repeat(64)}-1x1.png`, '../x', null, { $ne: '' }])
    expect(await refusal(file)).toEqual(theirs);
  const taken = [config.logo!, config.logo!.replace(other.tenant.slug, clinic.tenant.slug)];
  expect(await codesOf(taken.map((logo) => tenants.configure(clinic, { config: { logo } })))).toEqual([
    'VALIDATION',
    'VALIDATION',
  ]);
  const platform = tenants.openPlatform(held.database, { kind: 'system', name: 'test' });
  const born = { name: 'New', slug: 'born-with-a-logo', config: { logo: config.logo } };
  await expect(tenants.create(held.database, platform, born)).rejects.toMatchObject({ code: 'VALIDATION' });
});

const wide = Buffer.from(one);
wide.writeUInt32BE(2_001, 16);

test.each([
  ['nothing', {}],
  ['a text', { data: one.toString('base64') }],
  ['an operator', { data: { $ne: null } }],
  ['no bytes', { data: Buffer.alloc(0) }],
  ['a type of its own', { data: one, contentType: 'image/svg+xml' }],
  ['an SVG', { data: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') }],
  ['too many bytes', { data: aPng(1, 1, { more: maxBytes }) }],
  ['too many pixels', { data: wide }],
  ['no pixels', { data: aPng(0, 0) }],
])('%s is no logo, and writes nothing', async (_, upload) => {
  const clinic = await newClinic(held.database);
  await expect(tenants.uploadLogo(clinic, upload as tenants.LogoUpload)).rejects.toMatchObject({
    code: 'VALIDATION',
  });
  expect((await seenBy(clinic.tenantId)).tenant).toEqual(clinic.tenant);
});

test('the largest picture that may be is stored, without what was written beside it', async () => {
  const clinic = await newClinic(held.database);
  const plain = aPng(2_000, 1);
  const most = aPng(2_000, 1, { more: maxBytes - plain.length });
  expect(most.length).toBe(maxBytes);
  await tenants.uploadLogo(clinic, { data: most });
  expect((await tenants.getLogo(await seenBy(clinic.tenantId), nameOf(plain))).data).toEqual(plain);
});

test('a clinic that moves to another slug takes its logo along', async () => {
  const clinic = await newClinic(held.database);
  await tenants.uploadLogo(clinic, { data: one });
  const platform = tenants.openPlatform(held.database, { kind: 'system', name: 'test' });
  const slug = `${clinic.tenant.slug}-moved`;
  const { config } = await tenants.update(platform, clinic.tenant.id, { slug });
  expect(config.logo).toBe(`/${slug}/images/${nameOf(one)}`);
  expect(await tenants.getLogo(await seenBy(clinic.tenantId), nameOf(one))).toMatchObject({ width: 40 });
});
