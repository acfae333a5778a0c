export { move, type Moved, type MoveOptions } from './move.ts';
export { reopen, watch, type Watching } from './note.ts';
