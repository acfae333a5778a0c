/** The limits that MongoDB has for documents and messages. */

export const MAX_DOCUMENT = 16 * 1024 * 1024;
export const MAX_MESSAGE = 48_000_000;
/** How deep a document may be. */
export const MAX_DEPTH = 200;
