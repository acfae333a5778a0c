// Schema versions. The `version` of a document says how many of its collection's upgrades it has gone through; one
// that has none was made by the client's documentation alone. Whoever reads an older document gets it upgraded in
// memory; whoever changes one stores it upgraded first. Filters and pipelines see what is stored, so an upgrade of
// a field that they name comes with a migration. See docs/decisions/schema-versions.md.
import { isDeepStrictEqual } from 'node:util';
import type { Document } from 'mongodb';
import type { ClinicSettings, Upgrade } from './collections.ts';
import { CirceError } from './errors.ts';

/**
 * A stored document as this code works with it.
 * @throws UNAVAILABLE when a newer version of Paper Circe has written it
 */
export function upgraded(raw: Document, upgrades: readonly Upgrade[], settings: ClinicSettings): Document {
  const version = versionOf(raw);
  if (version === upgrades.length) return raw;
  if (version > upgrades.length) throw newer();
  const document = upgrades.slice(version).reduce((older, upgrade) => upgrade(older, settings), raw);
  return { ...document, version: upgrades.length, revision: raw['revision'] ?? 1 };
}

/** Only we write a revision: what has none may carry a `version` of somebody else's. */
export function versionOf(raw: Document): number {
  return Number.isInteger(raw['version']) && Number.isInteger(raw['revision']) ? Number(raw['version']) : 0;
}

/** The update that stores what an upgrade, or any other look at a document, has made of it. */
export function difference(before: Document, after: Document): { $set?: Document; $unset?: Document } {
  const set = Object.entries(after).filter(
    ([key, value]) => value !== undefined && !isDeepStrictEqual(before[key], value),
  );
  const unset = Object.keys(before).filter((key) => after[key] === undefined);
  return {
    ...(set.length > 0 && { $set: Object.fromEntries(set) }),
    ...(unset.length > 0 && { $unset: Object.fromEntries(unset.map((key) => [key, true])) }),
  };
}

/** The same code as for a database that does not answer: there is nothing that the caller can do about it. */
function newer(): CirceError<'UNAVAILABLE'> {
  const message =
    'A newer version of Paper Circe has written this. Install the newer version here too, then start again.';
  return new CirceError('UNAVAILABLE', message, {});
}
