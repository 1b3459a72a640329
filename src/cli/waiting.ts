/** After how long a person wonders whether anything happens. */
const quietMs = 1_000;

/**
 * Gives what `work` gives. While it takes more than a second, a terminal shows what is waited for and since when, on one line
 * that is gone at the end. A pipe, a log and a CI job see nothing of it.
 */
export async function waitingFor<T>(what: string, work: Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work;
  const start = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - start) / 1_000);
    process.stderr.write(`\r${what}, ${seconds} s\u001b[K`);
  }, quietMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (performance.now() - start >= quietMs) process.stderr.write('\r\u001b[K');
  }
}
