/** Codes of refusals for want of room; of Azure, and alike in all its services. */
const codes = /quota|limit(Reached|Exceeded)$|exceed(s|ed)?.*limit|CountExceeded$/i;

const words = /\bexceeds (the )?(allowed )?(quota|limit)\b/i;

/**
 * How Azure words a limit of entries, with its number. A limit of anything else, such as rules a network security group,
 * must match none of them.
 * Sources: https://github.com/Azure/acr/issues/518, https://github.com/kubernetes-sigs/cloud-provider-azure/issues/2725;
 * the wording of IP groups is not documented.
 */
const entryLimits = [
  /\bIP rules? exceeds? (?:the )?allowed quota (?:of )?([\d,]+)/i,
  /\bcannot have more than ([\d,]+) (?:Source|Destination)AddressPrefixes\b/i,
  /\b(?:at most|more than|maximum of|limit of) ([\d,]+) (?:individual )?IP addresses\b/i,
];

/** Whether a refusal is for want of room: waiting does not help, and the same request is refused again. */
export function isQuota(code = '', message = ''): boolean {
  return codes.test(code) || words.test(message) || entryLimitIn(message) !== undefined;
}

/** How many entries Azure takes, by the words of its refusal; undefined if they name no such number. */
export function entryLimitIn(message = ''): number | undefined {
  const number = entryLimits.map((wording) => wording.exec(message)?.[1]).find((found) => found !== undefined);
  const limit = Number(number?.replaceAll(',', ''));
  return limit >= 1 ? limit : undefined;
}
