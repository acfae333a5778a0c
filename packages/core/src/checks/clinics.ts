import { ObjectId } from 'mongodb';
import type { Actor } from '../actor.ts';
import type { Database } from '../connection.ts';
import { translated } from '../driver-errors.ts';
import { scopeOf, type TenantScope } from '../tenancy.ts';
import { openPlatform, readable } from '../tenants/read.ts';

/** A clinic, and its scope where its settings can be read. */
export interface Opened {
  readonly slug: string;
  readonly clinic?: TenantScope;
}

const batch = 100;

/** The installation itself and then every clinic, suspended ones too, each opened to be looked through. */
export async function* everyClinic(database: Database, actor: Actor): AsyncGenerator<Opened, void> {
  const platform = openPlatform(database, actor);
  yield { slug: platform.tenant.slug, clinic: platform };
  for (let after: ObjectId | undefined; ;) {
    const found = await page(database, after);
    for (const raw of found) {
      const tenant = readable(raw);
      const slug = typeof raw['slug'] === 'string' ? raw['slug'] : raw._id.toHexString();
      yield tenant ? { slug, clinic: scopeOf(database, tenant, actor) } : { slug };
    }
    after = found.at(-1)?._id;
    if (found.length < batch) return;
  }
}

async function page({ db }: Database, after: ObjectId | undefined) {
  try {
    const filter = after ? { _id: { $gt: after } } : {};
    return await db
      .collection('tenants')
      .find(filter, { sort: { _id: 1 }, limit: batch })
      .toArray();
  } catch (error) {
    throw translated(error);
  }
}
