import { createHash } from 'node:crypto';
import { decode } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import { Binary, Long, type Doc, type Int32 } from '../bson/types.ts';
import { fail, MongoError } from '../errors.ts';
import type { Store } from '../storage/store.ts';
import { Transaction } from '../storage/transaction.ts';
import { Done, type Result } from './done.ts';

/** How long a session is remembered after its last use, in milliseconds: 30 minutes as hello says. */
export const SESSION_TIMEOUT = 30 * 60 * 1000;
/** How long a transaction may take, in milliseconds. */
const TRANSACTION_LIMIT = 60 * 1000;

interface Session {
  /** The newest transaction number, of a retryable write or of a transaction. */
  number: number;
  kind: 'none' | 'write' | 'transaction';
  state: 'none' | 'open' | 'committed' | 'aborted';
  transaction?: Transaction | undefined;
  /** When its transaction must have ended. */
  expires: number;
  /** What each statement of a retryable write did. */
  done: Done;
  usedAt: number;
}

/**
 * The sessions that clients name with their commands: their transactions, and what their retryable
 * writes have done, which is stored with the write itself and so survives with it.
 */
export class Sessions {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #sessions = new Map<string, Session>();

  /** @param now the time by which sessions and transactions expire */
  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  use(lsid: string): Session {
    let session = this.#sessions.get(lsid);
    if (!session) this.#sessions.set(lsid, (session = this.#stored(lsid)));
    session.usedAt = this.#now();
    return session;
  }

  #stored(lsid: string): Session {
    const row = this.#store.file.writer.session(lsid);
    const session: Session = {
      number: -1,
      kind: 'none',
      state: 'none',
      done: new Done(),
      expires: 0,
      usedAt: 0,
    };
    if (!row) return session;
    const record = decode(row.record);
    session.number = row.number;
    session.kind = record['kind'] as 'write' | 'transaction';
    session.state = session.kind === 'transaction' ? 'committed' : 'none';
    for (const result of (record['done'] ?? []) as Doc[]) {
      const { value: from } = result['s'] as Int32;
      const to = (result['to'] as Int32 | undefined)?.value ?? from;
      for (let statement = from; statement <= to; statement++) session.done.set(statement, result);
    }
    return session;
  }

  save(lsid: string, session: Session): void {
    this.#store.file.writer.putSession(lsid, session.number, session.done.record(), this.#now());
  }

  #saveCommitted(lsid: string, number: number): void {
    const record = encode({ kind: 'transaction', done: [] });
    this.#store.file.writer.putSession(lsid, number, record, this.#now());
  }

  /** Begins or finds the record of a retryable write. */
  retryable(lsid: string, number: number): RetryRecord {
    return new RetryRecord(this.#store, this, lsid, this.writing(lsid, number));
  }

  /** A session with a retryable write of this number. */
  writing(lsid: string, number: number): Session {
    const session = this.use(lsid);
    if (number < session.number) tooOld(number, session.number);
    if (number > session.number) {
      session.transaction?.abort();
      Object.assign(session, {
        number,
        kind: 'write',
        state: 'none',
        transaction: undefined,
        done: new Done(),
      });
    } else if (session.kind === 'transaction') {
      fail(
        'InvalidOptions',
        'Must specify autocommit=false on all operations of a multi-statement transaction.',
      );
    }
    return session;
  }

  async start(lsid: string, number: number): Promise<Transaction> {
    const session = this.use(lsid);
    if (number < session.number) tooOld(number, session.number);
    if (number === session.number)
      fail(
        'ConflictingOperationInProgress',
        'Only servers in a sharded cluster can start a new transaction at the active transaction number',
      );
    session.transaction?.abort();
    Object.assign(session, {
      number,
      kind: 'transaction',
      state: 'open',
      transaction: undefined,
      done: new Done(),
    });
    await this.#store.group.durable();
    if (session.number !== number || session.state !== 'open')
      fail('NoSuchTransaction', `Transaction ${number} has been aborted.`);
    const transaction = new Transaction(this.#store, originOf(lsid, number));
    session.transaction = transaction;
    session.expires = this.#now() + TRANSACTION_LIMIT;
    void transaction.ended.then(() => {
      if (session.transaction !== transaction) return;
      session.state = transaction.state === 'committed' ? 'committed' : 'aborted';
      session.transaction = undefined;
    });
    return transaction;
  }

  /** The open transaction that a command continues. */
  current(lsid: string, number: number): Transaction {
    const session = this.use(lsid);
    if (number < session.number) tooOld(number, session.number);
    if (number > session.number || session.kind !== 'transaction')
      throw noSuchTransaction(
        `Given transaction number ${number} does not match any in-progress transactions. The active transaction number is ${session.number}`,
      );
    if (session.state === 'committed')
      fail('TransactionCommitted', `Transaction ${number} has been committed.`);
    this.#expire(session);
    if (!session.transaction || session.transaction.state !== 'open')
      throw noSuchTransaction(`Transaction with { txnNumber: ${number} } has been aborted.`);
    return session.transaction;
  }

  async commit(lsid: string, number: number): Promise<void> {
    for (let other = this.#store.group.busy; other; other = this.#store.group.busy) await other.ended;
    const session = this.use(lsid);
    if (session.number === number && session.kind === 'transaction' && session.state === 'committed')
      return this.#committed(session);
    const transaction = this.current(lsid, number);
    // From here on nobody ends it in another way.
    session.state = 'committed';
    try {
      if (transaction.hasWritten) await transaction.commit(() => this.#saveCommitted(lsid, number));
      else transaction.finish('committed');
    } catch (error) {
      transaction.finish('aborted');
      this.abortOf(lsid, transaction);
      throw error;
    }
    if (session.transaction === transaction) session.transaction = undefined;
  }

  /** A commit that is repeated while it is made waits for it. */
  async #committed({ transaction, number }: Session): Promise<void> {
    await transaction?.ended;
    if (transaction?.state === 'aborted')
      throw noSuchTransaction(`Transaction with { txnNumber: ${number} } has been aborted.`);
  }

  /** Forgets all that is not an open transaction: the file knows what has really been committed. */
  reload(): void {
    for (const [lsid, session] of this.#sessions) if (!session.transaction) this.#sessions.delete(lsid);
  }

  abort(lsid: string, number: number): void {
    const transaction = this.current(lsid, number);
    this.abortOf(lsid, transaction);
  }

  /** After an error inside it a transaction is over. */
  abortOf(lsid: string, transaction: Transaction): void {
    const session = this.use(lsid);
    transaction.abort();
    if (session.transaction === transaction)
      Object.assign(session, { state: 'aborted', transaction: undefined });
  }

  end(lsid: string): void {
    const session = this.#sessions.get(lsid);
    session?.transaction?.abort();
    // Who repeats a commit that is being made must find it.
    if (session?.transaction?.state !== 'committing') this.#sessions.delete(lsid);
  }

  all(): string[] {
    return [...this.#sessions.keys()];
  }

  get size(): number {
    return this.#sessions.size;
  }

  #expire({ transaction, expires }: Session): void {
    if (transaction && this.#now() >= expires) transaction.abort();
  }

  /** Ends transactions whose time is over. */
  expireTransactions(): void {
    for (const session of this.#sessions.values()) this.#expire(session);
  }

  /** Forgets sessions that nobody has used for long, and tells which. */
  sweep(): string[] {
    const limit = this.#now() - SESSION_TIMEOUT;
    const idle = [...this.#sessions].filter(([, { usedAt }]) => usedAt < limit).map(([lsid]) => lsid);
    for (const lsid of idle) this.end(lsid);
    this.#store.group.write(() => this.#store.file.writer.removeSessionsBefore(limit));
    return idle;
  }
}

const tooOld = (number: number, newest: number): never =>
  fail(
    'TransactionTooOld',
    `Cannot start transaction with txnNumber ${number} on session because a newer transaction with txnNumber ${newest} has already started.`,
  );

/** The digest of a user's name, of which there are none here. */
const nobody = new Binary(createHash('sha256').digest());

const originOf = (lsid: string, number: number): Doc => ({
  txnNumber: Long.fromNumber(number),
  lsid: { id: new Binary(Buffer.from(lsid, 'hex'), Binary.SUBTYPE_UUID), uid: nobody },
});

function noSuchTransaction(why: string): MongoError {
  const error = new MongoError('NoSuchTransaction', why);
  error.labels.push('TransientTransactionError');
  return error;
}

/** What the statements of one retryable write have done, kept with their effects. */
export class RetryRecord {
  readonly #store: Store;
  readonly #sessions: Sessions;
  readonly #lsid: string;
  readonly #number: number;
  #session: Session;
  #done: Done;
  #since: number;
  #changed = false;

  constructor(store: Store, sessions: Sessions, lsid: string, session: Session) {
    this.#store = store;
    this.#sessions = sessions;
    this.#lsid = lsid;
    this.#number = session.number;
    this.#session = session;
    this.#done = session.done;
    this.#since = store.group.undone;
  }

  /** When a group was undone, what it had recorded did not happen: it goes on from what the file knows. */
  #known(): Done {
    const { undone } = this.#store.group;
    if (undone !== this.#since) {
      this.#since = undone;
      this.#changed = false;
      this.#session = this.#sessions.writing(this.#lsid, this.#number);
      this.#done = this.#session.done;
    }
    return this.#done;
  }

  /** What a statement did, when it has been executed before. */
  done(statement: number): Result | undefined {
    return this.#known().get(statement);
  }

  add(statement: number, result: Result): void {
    this.#known().set(statement, result);
    this.#changed = true;
  }

  /**
   * Puts the record into the group of the writes: to be called before anything else can be committed. While somebody's
   * long write is under way nothing was written, and what did nothing need not be known by the file yet. Nobody repeats
   * a write whose session has gone on to the next.
   */
  flush(): void {
    const done = this.#known();
    if (!this.#changed || this.#store.group.busy) return;
    this.#changed = false;
    const session = this.#session;
    if (session.done === done) this.#store.group.write(() => this.#sessions.save(this.#lsid, session));
  }
}
