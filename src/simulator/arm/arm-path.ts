/** What the path of a request names. */
export interface ArmPath {
  /** One resource, or all of a type within a scope. */
  readonly kind: 'resource' | 'collection';
  /** Full type, as written in the path: `Microsoft.Network/networkSecurityGroups/securityRules`. */
  readonly type: string;
  readonly subscription: string;
  readonly resourceGroup: string | undefined;
  /** The id of the resource, or the path of the collection, as written. */
  readonly id: string;
  readonly name: string;
  /** Id of the resource this one is a part of; undefined for top-level ones. */
  readonly parent: string | undefined;
}

/** ARM ids are compared without regard to case. */
export function keyOf(id: string): string {
  return id.toLowerCase().replace(/\/+$/, '');
}

/** Reads `/subscriptions/...`; undefined if it names neither a resource nor a collection. */
export function parseArmPath(path: string): ArmPath | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const [scope, subscription, ...rest] = parts;
  if (scope?.toLowerCase() !== 'subscriptions' || subscription === undefined) return undefined;
  const base = { subscription, id: `/${parts.join('/')}` };
  let at = 0;
  let resourceGroup: string | undefined;
  if (rest[0]?.toLowerCase() === 'resourcegroups') {
    resourceGroup = rest[1];
    at = 2;
    const type = 'Microsoft.Resources/resourceGroups';
    if (resourceGroup === undefined) {
      return { ...base, kind: 'collection', type, resourceGroup, name: '', parent: undefined };
    }
    if (rest.length === 2) {
      return { ...base, kind: 'resource', type, resourceGroup, name: resourceGroup, parent: undefined };
    }
  }
  const [providers, namespace, ...typed] = rest.slice(at);
  if (providers?.toLowerCase() !== 'providers' || namespace === undefined || typed.length === 0) return undefined;
  const type = [namespace, ...typed.filter((_, index) => index % 2 === 0)].join('/');
  const kind = typed.length % 2 === 0 ? 'resource' : 'collection';
  const depth = kind === 'resource' ? typed.length / 2 : (typed.length + 1) / 2;
  const cut = kind === 'resource' ? 2 : 1;
  const parent = depth > 1 ? `/${parts.slice(0, -cut).join('/')}` : undefined;
  const name = kind === 'resource' ? (typed.at(-1) ?? '') : '';
  return { ...base, kind, type, resourceGroup, name, parent };
}
