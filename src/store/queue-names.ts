interface QueueNames {
  readonly runs: string;
  readonly lanes: string;
  readonly deliveries: string;
  /** Where the Functions host puts a message of `lanes` that failed too often. */
  readonly lanesPoison: string;
}

/** Names of the queues that work travels through. Loads no SDK: the functions that are triggered by them need only this. */
export function queueNames(prefix: string): QueueNames {
  const names = { runs: `${prefix}-runs`, lanes: `${prefix}-lanes`, deliveries: `${prefix}-deliveries` };
  for (const name of Object.values(names)) {
    // Of 63 characters a queue's name may have, the Functions host needs seven for `-poison`.
    if (!/^[a-z0-9](-?[a-z0-9])*$/.test(name) || name.length > 56) {
      throw new RangeError(
        `expected a queue prefix of lower-case letters, digits and single hyphens, at most 45 long, got "${prefix}"`,
      );
    }
  }
  return { ...names, lanesPoison: `${names.lanes}-poison` };
}
