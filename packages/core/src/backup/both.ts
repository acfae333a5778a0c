/** Both, or when one fails neither: the other one is stopped and waited for. */
export async function both<A, B>(one: Promise<A>, other: Promise<B>, stop: AbortController): Promise<[A, B]> {
  const stopping = (error: unknown) => stop.abort(error);
  one.catch(stopping);
  other.catch(stopping);
  await Promise.allSettled([one, other]);
  stop.signal.throwIfAborted();
  return [await one, await other];
}
