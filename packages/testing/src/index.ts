import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the database of this test run listens. */
    databaseUri: string;
  }
}

/** The address of the database that this test run was given. */
export function databaseUri(): string {
  return inject('databaseUri');
}

let made = 0;

/** A name that no other test file or run uses, so that tests share a server and nothing else. */
export function newDatabaseName(): string {
  return `test-${process.pid}-${Date.now().toString(36)}-${made++}`;
}
