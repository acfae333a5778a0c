/** MongoDB's error codes that this server answers with, by the name that MongoDB gives them. */
export const codes = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  ProtocolError: 17,
  IllegalOperation: 20,
  InvalidBSON: 22,
  LockTimeout: 24,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  CannotBackfillArray: 34,
  FileStreamFailed: 39,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NoMatchingDocument: 47,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  NotSingleValueField: 54,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  IndexAlreadyExists: 68,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  WriteConflict: 112,
  CommandNotSupported: 115,
  ConflictingOperationInProgress: 117,
  CommandFailed: 125,
  IncompatibleCollationVersion: 161,
  InvalidPipelineOperator: 168,
  CannotIndexParallelArrays: 171,
  QueryPlanKilled: 175,
  AmbiguousIndexKeyPattern: 181,
  OperationFailed: 96,
  ClientMetadataMissingField: 183,
  ClientMetadataAppNameTooLarge: 184,
  ClientMetadataDocumentTooLarge: 185,
  ClientMetadataCannotBeMutated: 186,
  InvalidIndexSpecificationOption: 197,
  ExceededMemoryLimit: 146,
  QueryFeatureNotAllowed: 224,
  InvalidUUID: 207,
  MaxSubPipelineDepthExceeded: 232,
  ConversionFailure: 241,
  TransactionTooOld: 225,
  CursorInUse: 143,
  CursorKilled: 237,
  ClientDisconnect: 279,
  SnapshotUnavailable: 246,
  IndexBuildAborted: 276,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  InvalidResumeToken: 260,
  OperationNotSupportedInTransaction: 263,
  ChangeStreamFatalError: 280,
  ChangeStreamHistoryLost: 286,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  APIVersionError: 322,
  APIStrictError: 323,
  CollectionUUIDMismatch: 361,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  Interrupted: 11601,
  DatabaseDifferCase: 13297,
  OutOfDiskSpace: 14031,
  IDLFailedToParse: 40414,
  IDLUnknownField: 40415,
  NotARetryableWriteCommand: 50768,
} as const;

export type CodeName = keyof typeof codes;

/** What is answered while the disk takes nothing. */
export const ofDisk: ReadonlySet<string> = new Set<CodeName>(['OutOfDiskSpace', 'FileStreamFailed']);

const names = new Map<number, string>(Object.entries(codes).map(([name, code]) => [code, name]));

/** An error that goes to the client as MongoDB would send it. */
export class MongoError extends Error {
  readonly code: number;
  readonly codeName: string;
  readonly labels: string[] = [];
  /** Whether the message says already in what it came up. */
  placed = false;
  /** Fields that stand beside the code in the answer, such as keyPattern and keyValue. */
  readonly extra: Record<string, unknown>;

  constructor(code: CodeName | number, message: string, extra: Record<string, unknown> = {}) {
    super(message);
    this.code = typeof code === 'number' ? code : codes[code];
    this.codeName = names.get(this.code) ?? `Location${this.code}`;
    this.extra = extra;
  }
}

export function fail(code: CodeName | number, message: string, extra?: Record<string, unknown>): never {
  throw new MongoError(code, message, extra);
}

/** Puts before the message in what an error came up, unless it says so already. */
export function placed(error: unknown, where: string): unknown {
  if (!(error instanceof MongoError) || error.placed) return error;
  error.message = `${where} :: caused by :: ${error.message}`;
  error.placed = true;
  return error;
}

/** Runs something of which an error says in what it came up. */
export function running<R>(where: string | undefined, action: () => R | Promise<R>): R | Promise<R> {
  if (where === undefined) return action();
  const result = within(where, action);
  return result instanceof Promise
    ? result.catch((error: unknown) => {
        throw placed(error, where);
      })
    : result;
}

/** Does the same at once. */
export function within<R>(where: string | undefined, action: () => R): R {
  try {
    return action();
  } catch (error) {
    throw where === undefined ? error : placed(error, where);
  }
}
