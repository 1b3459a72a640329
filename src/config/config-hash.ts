import { createHash } from 'node:crypto';
import type { Config } from './config.ts';

/** sha256 (lower-case hex) of what a config says, defaults filled in: comments, order and white space do not count. */
export function configHash(config: Config): string {
  return createHash('sha256').update(JSON.stringify(config, sortKeys)).digest('hex');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
