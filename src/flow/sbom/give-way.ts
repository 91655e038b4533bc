/** Lets what waits in the process have its turn, signals among it. @throws the signal's reason once it was aborted */
export async function giveWay(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}
