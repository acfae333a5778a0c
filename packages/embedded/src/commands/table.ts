import { aggregate } from './aggregate.ts';
import { collMod } from './coll-mod.ts';
import { create, drop, dropDatabase, listCollections, listDatabases } from './collections.ts';
import type { Command } from './context.ts';
import { count } from './count.ts';
import { getLog, hostInfo, replSetGetConfig, replSetGetStatus } from './diagnostics.ts';
import { distinct } from './distinct.ts';
import { createIndexes } from './create-indexes.ts';
import { remove } from './delete.ts';
import { explain } from './explain.ts';
import { findAndModify } from './find-and-modify.ts';
import { find } from './find.ts';
import { getMore, killCursors } from './get-more.ts';
import { getParameter } from './get-parameter.ts';
import { hello, ping } from './hello.ts';
import { dropIndexes, listIndexes } from './indexes.ts';
import { insert } from './insert.ts';
import { renameCollection } from './rename.ts';
import { serverStatus } from './server-status.ts';
import { buildInfo, collStats, connectionStatus, dbStats, whatsmyuri } from './status.ts';
import {
  abortTransaction,
  commitTransaction,
  endSessions,
  killSessions,
  refreshSessions,
} from './transactions.ts';
import { update } from './update.ts';

/** Every command there is; what is not here is refused as MongoDB refuses what it does not know. */
export const commands: ReadonlyMap<string, Command> = new Map<string, Command>(
  Object.entries({
    abortTransaction,
    aggregate,
    buildInfo,
    buildinfo: buildInfo,
    collMod,
    collStats,
    commitTransaction,
    connectionStatus,
    count,
    create,
    createIndexes,
    dbStats,
    delete: remove,
    distinct,
    drop,
    dropDatabase,
    dropIndexes,
    endSessions,
    explain,
    find,
    findAndModify,
    findandmodify: findAndModify,
    getLog,
    getMore,
    getParameter,
    hello,
    hostInfo,
    insert,
    isMaster: hello,
    ismaster: hello,
    killCursors,
    killSessions,
    listCollections,
    listDatabases,
    listIndexes,
    ping,
    refreshSessions,
    renameCollection,
    replSetGetConfig,
    replSetGetStatus,
    serverStatus,
    update,
    whatsmyuri,
  }),
);
