import { createHash } from 'node:crypto';

/**
 * Version of a unit by its content: everything whose change by somebody else must stop a write, in a fixed order. Not
 * the etag: the rules of a network security group share one, and an IP group's moves whenever a firewall is attached.
 * What is not in the version is taken over from a fresh read before each write, so nothing of it gets lost.
 */
export function unitVersion(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
