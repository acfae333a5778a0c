// What somebody without rights meets. Tests often run as root, to whom nothing is denied.
import process from 'node:process';

/** Of nobody. */
const nobody = 65_534;

/** Does something with the rights of nobody where this process is root's, else with its own. */
export async function unprivileged<Result>(work: () => Promise<Result>): Promise<Result> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
