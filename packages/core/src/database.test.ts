import { expect, test } from 'vitest';
import { ensureIndexes, isAlive, openDatabase } from './database.ts';
import { acrossTenants } from './firewall.ts';
import { testDatabase } from './testing/index.ts';

const held = testDatabase();

/** The documented indexes, as the client's documentation lists them. */
const documented: Record<string, { key: object; unique?: true; sparse?: true; partial?: true }[]> = {
  tenants: [{ key: { slug: 1 }, unique: true }, { key: { isActive: 1 } }],
  users: [{ key: { email: 1, tenantId: 1 }, unique: true }, { key: { tenantId: 1 } }],
  patients: [
    { key: { tenantId: 1, phone: 1 }, unique: true },
    { key: { tenantId: 1, email: 1 }, sparse: true },
    { key: { tenantId: 1, createdAt: -1 } },
  ],
  staff: [
    { key: { tenantId: 1, isActive: 1 } },
    { key: { tenantId: 1, role: 1 } },
    { key: { tenantId: 1, rating: -1 } },
  ],
  treatments: [
    { key: { tenantId: 1, category: 1 } },
    { key: { tenantId: 1, price: 1 } },
    { key: { tenantId: 1, popularity: -1 } },
    { key: { tenantId: 1, name: 1 }, unique: true },
  ],
  bookings: [
    { key: { tenantId: 1, startAt: 1 } },
    { key: { tenantId: 1, staffId: 1, startAt: 1 } },
    { key: { tenantId: 1, patientId: 1 } },
    { key: { tenantId: 1, status: 1 } },
    { key: { tenantId: 1, source: 1, createdAt: -1 } },
    { key: { tenantId: 1, staffId: 1, startAt: 1, endAt: 1, status: 1 }, unique: true, partial: true },
  ],
};

test('the documented indexes are there, and making them again changes nothing', async () => {
  await Promise.all([ensureIndexes(held.database), ensureIndexes(held.database)]);
  for (const [name, indexes] of Object.entries(documented)) {
    const found = await acrossTenants('this test', () => held.database.db.collection(name).indexes());
    for (const { key, unique, sparse, partial } of indexes) {
      const index = found.find((one) => JSON.stringify(one.key) === JSON.stringify(key));
      expect(index, `${name} ${JSON.stringify(key)}`).toBeDefined();
      expect(Boolean(index?.unique)).toBe(Boolean(unique));
      expect(Boolean(index?.sparse)).toBe(Boolean(sparse));
      expect(index?.partialFilterExpression !== undefined).toBe(Boolean(partial));
    }
  }
});

test('a database that does not answer is said to be unavailable', async () => {
  const uri = 'mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=300&directConnection=true';
  await expect(openDatabase({ uri, timeoutMs: 300 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(await isAlive(held.database)).toBe(true);
});
