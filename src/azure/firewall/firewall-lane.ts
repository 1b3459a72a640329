/** Where a firewall policy or a classic firewall is. */
interface FirewallPlace {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly policy?: string | undefined;
  readonly firewall?: string | undefined;
}

/** One lane a policy or classic firewall, whatever kind of target writes there: every write reprograms it. */
export function laneOfFirewall({ subscriptionId, resourceGroup, policy, firewall }: FirewallPlace): string {
  const [kind, name] = policy === undefined ? ['firewall', firewall] : ['firewall-policy', policy];
  return `${kind}:${subscriptionId}:${resourceGroup}:${name}`.toLowerCase();
}
