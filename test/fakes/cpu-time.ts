// How much work something is, whatever else the machine has to do meanwhile.

/** Milliseconds that processors have worked for this process until now, on all of its threads. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
