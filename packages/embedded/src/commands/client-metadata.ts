import { encode } from '../bson/encode.ts';
import { isDoc, type Doc } from '../bson/types.ts';
import { fail } from '../errors.ts';
import type { Client, Context } from './context.ts';

const greeted = new WeakSet<Client>();
const MOST_METADATA = 512;
const MOST_NAME = 128;

/** What a client says of itself, which only its first hello may. */
export function checkMetadata({ client, body }: Context): void {
  const { client: said } = body;
  const first = !greeted.has(client);
  greeted.add(client);
  if (said === undefined) return;
  if (!first)
    fail('ClientMetadataCannotBeMutated', 'The client metadata document may only be sent in the first hello');
  if (!isDoc(said)) return fail('TypeMismatch', 'The client metadata document must be a document');
  if (encode(said).length > MOST_METADATA)
    fail(
      'ClientMetadataDocumentTooLarge',
      `The client metadata document must be less then or equal to ${MOST_METADATA} bytes`,
    );
  const inside = 'in the client metadata document';
  const { name } = partOf(said, 'application', ['name'], inside) ?? {};
  if (typeof name === 'string' && Buffer.byteLength(name) > MOST_NAME)
    fail(
      'ClientMetadataAppNameTooLarge',
      `The 'application.name' field must be less then or equal to ${MOST_NAME} bytes ${inside}`,
    );
  const required = { driver: ['name', 'version'], os: ['type'] };
  for (const [part, names] of Object.entries(required)) {
    const given = partOf(said, part, names, inside);
    const lacks = (what: string): never =>
      fail('ClientMetadataMissingField', `Missing required ${what} ${inside}`);
    if (!given) return lacks(`sub-document '${part}'`);
    for (const one of names) if (given[one] === undefined) lacks(`field '${part}.${one}'`);
  }
}

/** A part of what a client says of itself, with names that are texts. */
function partOf(said: Doc, part: string, names: string[], inside: string): Doc | undefined {
  const given = said[part];
  if (given === undefined) return undefined;
  if (!isDoc(given))
    return fail('TypeMismatch', `The '${part}' field is required to be a BSON document ${inside}`);
  for (const name of names)
    if (given[name] !== undefined && typeof given[name] !== 'string')
      fail('TypeMismatch', `The '${part}.${name}' field must be a string ${inside}`);
  return given;
}
