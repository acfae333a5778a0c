/** What a server has done since it started. */
export class Counts {
  readonly traffic = { bytesIn: 0, bytesOut: 0, numRequests: 0 };
  readonly operations = { insert: 0, query: 0, update: 0, delete: 0, getmore: 0, command: 0 };
  /** Connections that came. */
  connections = 0;
  /** Commands that are at work. */
  active = 0;
  /** Those of them that write. */
  writing = 0;
  /** Commands that failed. */
  failed = 0;

  /** Counts a command: one that writes by its documents or statements. */
  operation(name: string, body: Readonly<Record<string, unknown>>): void {
    const [kind, list = ''] = kinds.get(name) ?? ['command'];
    const statements = body[list];
    this.operations[kind] += Array.isArray(statements) ? statements.length : 1;
  }
}

const kinds: ReadonlyMap<string, [kind: keyof Counts['operations'], list?: string]> = new Map([
  ['insert', ['insert', 'documents']],
  ['update', ['update', 'updates']],
  ['delete', ['delete', 'deletes']],
  ['find', ['query']],
  ['getMore', ['getmore']],
]);
