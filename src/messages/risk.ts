import type { RemovalRisk } from '../core/plan/ticket-facts.ts';
import { extent, listed } from './format.ts';

/** "Storage.WestUS, 2 ranges (768 IPv4 addresses): still whole in AzureCloud.westus and Storage." */
export function riskText({ tag, ranges, tags, gone, goneSince }: RemovalRisk): string {
  const what = `${tag === undefined ? '' : `${tag}, `}${extent(ranges)}`;
  const whole = tags.filter((one) => one.whole).map((one) => one.tag);
  const partly = tags.filter((one) => !one.whole && one.ranges.length > 0);
  const none = tags.filter((one) => one.ranges.length === 0).map((one) => one.tag);
  if (tags.every((one) => one.ranges.length === 0)) {
    const where = tags.length === 0 ? 'every tag of the publication' : listed(none);
    const since = goneSince === undefined ? '' : ` since ${goneSince.slice(0, 10)}`;
    return `${what}: gone from ${where}${since}. Azure does not announce it here any longer.`;
  }
  const texts = [
    ...(whole.length > 0 ? [`still whole in ${listed(whole)}`] : []),
    ...(whole.length === 0 && gone.length === 0 ? ['still published, all of it'] : []),
    ...partly.map((one) => `partly in ${one.tag}: ${extent(one.ranges)}`),
    ...(none.length > 0 ? [`not in ${listed(none)}`] : []),
    ...(gone.length > 0
      ? [`in none of these: ${extent(gone)}${goneSince === undefined ? '' : ` since ${goneSince.slice(0, 10)}`}`]
      : []),
  ];
  return `${what}: ${texts.join('; ')}. What Azure still uses there is blocked once it is out.`;
}

/** The same for a notice: the parents of the tag are what tells a retired range from a fault of the file. */
export function riskLines({ risks = [] }: { readonly risks?: readonly RemovalRisk[] }): string[] {
  return risks.map((risk) => `Risk: ${riskText(risk)}`);
}
