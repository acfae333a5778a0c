// What lies beside files of lines and says what they are: written last, and sealed by its own hash, so that a folder
// with a manifest is whole, and one without is not.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonical } from '../changes.ts';
import { CirceError, isCirceError } from '../errors.ts';
import { damaged } from './lines.ts';
import { textOf, type Store } from './store.ts';

/** Goes up when an older version could not read what a newer one writes. */
const format = 1;

/** What wrote a folder: which version of each collection's documents, and which migrations it has behind it. */
export const SchemaVersions = z.strictObject({
  collections: z.record(z.string(), z.int().min(0)),
  migrations: z.array(z.int().min(1)),
});
export type SchemaVersions = z.output<typeof SchemaVersions>;

export const LinesSchema = z.strictObject({
  lines: z.int().min(0),
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export const manifestName = 'manifest.json';

/**
 * Writes the manifest of a folder, which is there for good when this is done.
 * @param kind what the folder is, such as `backup` or `tenant`
 */
export async function writeManifest(store: Store, kind: string, content: object): Promise<void> {
  const whole = { kind, format, ...content };
  const text = `${JSON.stringify({ ...whole, sha256: sealOf(whole) }, null, 2)}\n`;
  await store.keep(manifestName, [Buffer.from(text)]);
}

const Sealed = z.looseObject({ kind: z.string(), format: z.int(), sha256: z.string() });

/**
 * Reads what {@link writeManifest} wrote.
 * @throws NOT_FOUND when the folder has no manifest
 * @throws VALIDATION when it is damaged or is of another kind
 * @throws UNAVAILABLE when a newer version wrote it
 */
export async function readManifest<Schema extends z.ZodType>(
  store: Store,
  kind: string,
  content: Schema,
): Promise<z.output<Schema>> {
  const path = `${store.address}/${manifestName}`;
  const text = await textOf(store, manifestName).catch((error: unknown) => {
    if (!isCirceError(error, 'NOT_FOUND')) throw error;
    const what = kind === 'tenant' ? 'clinic that was exported' : kind;
    const message = `There is no ${manifestName} in ${store.address}: it is no ${what}, or was not finished.`;
    throw new CirceError('NOT_FOUND', message, { what: kind });
  });
  const sealed = Sealed.safeParse(jsonOf(text));
  if (!sealed.success || sealed.data.kind !== kind) throw damaged(path);
  const { sha256, ...whole } = sealed.data;
  if (sealOf(whole) !== sha256) throw damaged(path);
  if (whole.format > format) throw newer(store.address);
  const { kind: _kind, format: _format, ...rest } = whole;
  const read = content.safeParse(rest);
  if (!read.success) throw damaged(path);
  return read.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sealOf(whole: object): string {
  return createHash('sha256').update(canonical(whole)).digest('hex');
}

/**
 * Refuses what a newer version has written.
 * @throws UNAVAILABLE
 */
export function assertKnown(folder: string, written: SchemaVersions, ours: SchemaVersions): void {
  const isNewer =
    written.migrations.some((number) => !ours.migrations.includes(number)) ||
    Object.entries(written.collections).some(
      ([collection, version]) => version > (ours.collections[collection] ?? 0),
    );
  if (isNewer) throw newer(folder);
}

function newer(folder: string): CirceError<'UNAVAILABLE'> {
  const message = `A newer version of Paper Circe has written ${folder}. Install it here too.`;
  return new CirceError('UNAVAILABLE', message, {});
}
