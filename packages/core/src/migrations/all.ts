import { adopt } from './adopt/index.ts';
import type { Migration } from './migration.ts';

/** Every migration, in order. One that has run somewhere stays as it is; a change is another one after it. */
export const all: readonly Migration[] = [adopt];
