import type { Affected } from '../core/notice.ts';
import { listed } from './format.ts';

/** "list pulls; target hub (ip-group, firewall policy hub-policy); registry contoso". */
export function affectedText({ lists, targets, registries }: Affected): string {
  const some = (one: string, many: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${names.length === 1 ? one : many} ${listed(names, 4)}`];
  const named = targets.map(({ target, kind, firewalls }) => `${target} (${[kind, ...firewalls].join(', ')})`);
  const all = [
    ...some('list', 'lists', lists),
    ...some('target', 'targets', named),
    ...some('registry', 'registries', registries),
  ];
  return all.length === 0 ? 'no target' : all.join('; ');
}
