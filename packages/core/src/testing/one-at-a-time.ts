import type { CommandStartedEvent, MongoClient } from 'mongodb';

/**
 * Watches that a transaction sends one command after the other: of two at once drivers promise nothing.
 * https://www.mongodb.com/docs/manual/core/transactions/#parallel-operations
 * @returns what was sent while another command of the same transaction was under way; grows while the client is used
 */
export function sentAtOnce(client: MongoClient): readonly string[] {
  const underWay = new Map<string, string>();
  const transactionOf = new Map<number, string>();
  const found: string[] = [];
  client.on('commandStarted', ({ requestId, commandName, command }: CommandStartedEvent) => {
    const { lsid, txnNumber, autocommit } = command as Record<string, unknown>;
    if (autocommit !== false) return;
    const transaction = JSON.stringify([lsid, String(txnNumber)]);
    const before = underWay.get(transaction);
    if (before !== undefined) found.push(`${commandName} beside ${before}`);
    underWay.set(transaction, commandName);
    transactionOf.set(requestId, transaction);
  });
  const done = ({ requestId }: { readonly requestId: number }) => {
    const transaction = transactionOf.get(requestId);
    transactionOf.delete(requestId);
    if (transaction !== undefined) underWay.delete(transaction);
  };
  client.on('commandSucceeded', done);
  client.on('commandFailed', done);
  return found;
}
