/** What is asked of SQLite. */

/** Of what is read by many: large documents are left out, and read when their turn comes, so that no chunk is large. */
const smallBody = 'CASE WHEN length(body) <= 16384 THEN body END';

/**
 * How an index is read.
 * @param behind whether it goes on behind an entry, which a key and a document's id say
 */
export function scanSql(unique: boolean, backwards: boolean, behind: boolean, keyed: boolean): string {
  const from = behind && !backwards ? '(key, e.id) > (?, ?)' : 'key >= ?';
  const to = behind && backwards ? '(key, e.id) < (?, ?)' : 'key < ?';
  const direction = backwards ? ' DESC' : '';
  return `SELECT e.id, ${smallBody}${keyed ? ', key' : ''} FROM ${unique ? 'unique_entries' : 'entries'} e JOIN docs d ON d.id = e.id
    WHERE idx = ? AND ${from} AND ${to} ORDER BY key${direction}${unique ? '' : `, e.id${direction}`} LIMIT 0 + ?`;
}

/**
 * A limit is a sum, because SQLite looks at a plain parameter there when it makes its plan, and makes it anew each
 * time that the parameter is bound.
 */
export const sql = {
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  written: 'SELECT total_changes()',
  logSize: 'PRAGMA wal_checkpoint(NOOP)',
  checkpoint: 'PRAGMA wal_checkpoint(PASSIVE)',
  rollback: 'ROLLBACK',
  beginReading: 'BEGIN',
  anything: 'SELECT 1 FROM meta LIMIT 1',
  collection: 'SELECT 1 FROM collections WHERE db = ? AND name = ?',
  body: 'SELECT body FROM docs WHERE id = ?',
  lastId: 'SELECT max(id) FROM docs WHERE id >= ? AND id < ?',
  docs: `SELECT id, ${smallBody} FROM docs WHERE id >= ? AND id < ? ORDER BY id LIMIT 0 + ?`,
  docsBack: `SELECT id, ${smallBody} FROM docs WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 0 + ?`,
  countDocs: 'SELECT count(*) FROM docs WHERE id >= ? AND id < ?',
  sizeOfDocs: 'SELECT sum(length(body)) FROM docs WHERE id >= ? AND id < ?',
  unique: 'SELECT e.id, body FROM unique_entries e JOIN docs d ON d.id = e.id WHERE idx = ? AND key = ?',
  uniqueId: 'SELECT id FROM unique_entries WHERE idx = ? AND key = ?',
  countUniques:
    'SELECT count(*) FROM (SELECT 1 FROM unique_entries WHERE idx = ? AND key >= ? AND key < ? LIMIT 0 + ?)',
  countEntries:
    'SELECT count(*) FROM (SELECT 1 FROM entries WHERE idx = ? AND key >= ? AND key < ? LIMIT 0 + ?)',
  putDoc: 'INSERT INTO docs(id, body) VALUES (?, ?) ON CONFLICT(id) DO UPDATE SET body = excluded.body',
  removeDoc: 'DELETE FROM docs WHERE id = ?',
  addUnique: 'INSERT INTO unique_entries(idx, key, id) VALUES (?, ?, ?)',
  removeUnique: 'DELETE FROM unique_entries WHERE idx = ? AND key = ? AND id = ?',
  addEntry: 'INSERT OR IGNORE INTO entries(idx, key, id) VALUES (?, ?, ?)',
  removeEntry: 'DELETE FROM entries WHERE idx = ? AND key = ? AND id = ?',
  putSession:
    'INSERT INTO sessions(lsid, number, record, at) VALUES (?, ?, ?, ?) ON CONFLICT(lsid) DO UPDATE SET number = excluded.number, record = excluded.record, at = excluded.at',
  session: 'SELECT number, record FROM sessions WHERE lsid = ?',
  oldSessions: 'DELETE FROM sessions WHERE at < ?',
  addEvent: 'INSERT INTO oplog(seq, event) VALUES (?, ?)',
  events: 'SELECT seq, event FROM oplog WHERE seq > ? ORDER BY seq LIMIT 0 + ?',
  eventBounds: 'SELECT (SELECT min(seq) FROM oplog), (SELECT max(seq) FROM oplog)',
  meta: 'SELECT value FROM meta WHERE name = ?',
  putMeta:
    'INSERT INTO meta(name, value) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value',
  oldEvents: 'DELETE FROM oplog WHERE seq <= ?',
} as const;
