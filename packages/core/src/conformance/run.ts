import { ObjectId } from 'mongodb';
import { auditEvents } from '../audit.ts';
import { tenantCollections, type Database } from '../database.ts';
import { acrossTenants } from '../firewall.ts';
import { within, type TenantScope } from '../tenancy.ts';
import * as tenants from '../tenants/index.ts';
import { idempotency } from './idempotency.ts';
import { actor, Broken, Kit, type Check } from './kit.ts';
import { leaks } from './leaks.ts';
import { quotas } from './quotas.ts';
import { races } from './races.ts';
import type { Wrapper } from './wrapper.ts';
import { zones } from './zones.ts';

const all: readonly Check[] = [...leaks, ...races, ...zones, ...quotas, ...idempotency];

/** Every check by its name, such as `races/one-time`, with the promise that it puts to the test. */
export const conformanceChecks: readonly { readonly name: string; readonly promise: string }[] = all.map(
  ({ name, promise }) => ({ name, promise }),
);

/** What is examined, and where. */
export interface ConformanceOptions {
  /**
   * Opens the database, with its indexes made. Called twice, so that races run over two connections; both are closed
   * by the kit.
   */
  readonly open: () => Promise<Database>;
  /** The functions to be examined, for a clinic of the kit's; core's own stand in for those that are left out. */
  readonly wrapper?: (clinic: TenantScope) => Partial<Wrapper>;
  /** Names of checks, or their areas such as `races`; all when it is left out. */
  readonly only?: readonly string[];
  /** Runs beside data that is not the kit's. Nothing of it is read or written. */
  readonly besideOtherData?: boolean;
}

/** How one check ended; `detail` says what was seen in place of what was promised. */
export type ConformanceResult = {
  readonly name: string;
  readonly promise: string;
} & ({ readonly passed: true } | { readonly passed: false; readonly detail: string });

/**
 * Puts core, or an embedder's functions around it, to the test on his own database: leaks, races, zones, quotas,
 * idempotency. It works in clinics that it makes, and removes them at the end, also when its caller stops early. A
 * check that does not pass is a result, not an error.
 * @throws RangeError when `only` names no check
 * @throws Error when the database holds other data and `besideOtherData` is not set
 */
export async function* runConformance(options: ConformanceOptions): AsyncGenerator<ConformanceResult, void> {
  const { open, wrapper = () => ({}), only, besideOtherData = false } = options;
  const checks = chosen(only);
  const first = await open();
  try {
    if (!besideOtherData) await refuseOtherData(first);
    const second = await open();
    const kit = new Kit([first, second], wrapper);
    try {
      for (const check of checks) yield await performed(check, kit);
    } finally {
      await second.close();
      await remove(first, kit.made);
    }
  } finally {
    await first.close();
  }
}

function chosen(only: readonly string[] | undefined): readonly Check[] {
  if (!only) return all;
  const asked = (check: Check, name: string) => check.name === name || check.name.startsWith(`${name}/`);
  const unknown = only.find((name) => !all.some((check) => asked(check, name)));
  if (unknown !== undefined) {
    throw new RangeError(
      `There is no check "${unknown}"; there are ${all.map(({ name }) => name).join(', ')}.`,
    );
  }
  return all.filter((check) => only.some((name) => asked(check, name)));
}

async function performed(check: Check, kit: Kit): Promise<ConformanceResult> {
  const { name, promise } = check;
  try {
    await check.run(kit);
    return { name, promise, passed: true };
  } catch (error) {
    const detail = error instanceof Broken ? error.message : `It ended with ${String(error)}`;
    return { name, promise, passed: false, detail };
  }
}

async function refuseOtherData({ db }: Database): Promise<void> {
  for (const name of ['tenants', ...tenantCollections.map((collection) => collection.name)]) {
    if (!(await acrossTenants('conformance', () => db.collection(name).findOne({})))) continue;
    throw new Error(
      `The database "${db.databaseName}" holds data in ${name}. Name an empty one, or set besideOtherData.`,
    );
  }
}

/** Removes the kit's clinics. Of the platform's audit goes what tells of them, unless it has been sealed since. */
async function remove(database: Database, made: readonly TenantScope[]): Promise<void> {
  const platform = tenants.openPlatform(database, actor);
  for (const clinic of made) {
    for (const collection of tenantCollections) await within(clinic, collection).delete({});
    await database.db.collection('tenants').deleteOne({ _id: new ObjectId(clinic.tenantId) });
    await within(platform, auditEvents).delete({ documentId: clinic.tenantId, sealed: false });
  }
}
