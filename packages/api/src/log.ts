/** Takes one line of the log, as an object that JSON can hold. */
export type Log = (line: Readonly<Record<string, unknown>>) => void;

const standardError: Log = (line) => console.error(JSON.stringify(line));

/** Errors that the engine itself words; the messages of others may repeat what somebody typed. */
const worded = new Set(['TypeError', 'RangeError', 'ReferenceError', 'FirewallError']);

/** Writes a bug of ours as one line that holds no personal data: kinds, codes and places in the code. */
export function logUnexpected(
  error: unknown,
  where: { readonly requestId: string; readonly tenant: string; readonly path: string | undefined },
  log: Log = standardError,
): void {
  const causes: object[] = [];
  for (let cause = error; cause instanceof Error && causes.length < 4; cause = cause.cause) {
    const { name, message, stack } = cause;
    causes.push({
      name,
      ...('code' in cause && { code: cause.code }),
      ...(worded.has(name) && { message }),
      at: (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)).slice(0, 8).map((line) => line.trim()), // prettier-ignore
    });
  }
  log({ level: 'error', event: 'unexpected', ...where, error: causes });
}
