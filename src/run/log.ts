/** Structured logging: a static message, and what varies as fields. */
export type Log = (message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** One JSON line a message on stderr. */
export const logLine: Log = (message, fields) => {
  process.stderr.write(`${JSON.stringify({ message, ...fields })}\n`);
};
