import { expectedDataEndpoints } from '../hosts.ts';
import type { AdviceInput, AdvisedRegistry, AdvisedTarget } from './advice.ts';
import { reaches } from './words.ts';

/** Whether the clients behind one target will still pull once dedicated data endpoints are on. */
export interface Readiness {
  readonly registry: string;
  readonly target: string;
  readonly ready: boolean;
  /** Host names whose rules are missing. */
  readonly missing: readonly string[];
  /** Why, and what to do. */
  readonly text: string;
}

/**
 * The check before dedicated data endpoints are switched on: clients that know only the Storage addresses or
 * `*.blob.core.windows.net` fail from that moment. A list of addresses cannot be shown to hold the new endpoints, as no
 * document says which tag has them; it is ready if a target of rules by name stands beside it.
 */
export function readinessOf(input: AdviceInput): Readiness[] {
  return input.registries.flatMap((registry) => {
    const hosts = expectedDataEndpoints(registry.registry);
    const concerned = input.targets.filter(
      (target) => target.direction === 'egress' && concerns(input, target, registry),
    );
    return concerned.map((target) => ({
      registry: registry.name,
      target: target.id,
      ...judge(input.targets, target, hosts),
    }));
  });
}

function concerns(input: AdviceInput, target: AdvisedTarget, registry: AdvisedRegistry): boolean {
  if (target.list === undefined)
    return target.names === undefined || target.names.includes(registry.registry.loginServer);
  const list = input.lists.find(({ name }) => name === target.list);
  return list !== undefined && reaches(list, registry);
}

function judge(
  all: readonly AdvisedTarget[],
  target: AdvisedTarget,
  hosts: readonly string[],
): Pick<Readiness, 'ready' | 'missing' | 'text'> {
  const beside = all.filter(({ besides }) => besides?.includes(target.id));
  const rules = target.list === undefined ? [target] : beside;
  if (rules.length === 0) {
    return {
      ready: false,
      missing: hosts,
      text: 'It holds addresses, and no document says which tag has those of data endpoints. Give its clients rules by name (a target of names with this one in `besides`), or leave data endpoints off.',
    };
  }
  const unread = rules.find(({ names }) => names === undefined);
  if (unread) return { ready: false, missing: hosts, text: `${unread.id} could not be read, so nobody knows.` };
  const missing = hosts.filter((host) => !rules.some(({ names }) => names?.includes(host)));
  const where = rules.map(({ id }) => id).join(', ');
  const served = rules.some(({ kind }) => kind === 'feed-names')
    ? ' That is what it serves: see that every device has pulled it since.'
    : '';
  return missing.length === 0
    ? { ready: true, missing, text: `All ${hosts.length} data endpoints are named in ${where}.${served}` }
    : { ready: false, missing, text: `${where} does not name ${missing.join(', ')}.` };
}
