import { quantity } from '../../core/judge/arithmetic.ts';
import type { AdviceRule } from './advice.ts';
import { readinessOf } from './readiness.ts';
import { azOf, layersIn } from './words.ts';

/** Once data endpoints serve the layers, a Storage list only keeps everybody's storage accounts open. */
export const storageNoLongerNeeded: AdviceRule = function* (input) {
  const readiness = readinessOf(input);
  for (const list of input.lists) {
    const served = input.registries.filter(({ registry }) => registry.dataEndpoints.length > 0);
    // Another registry, or the list itself, may still want the same region of Storage.
    const others = input.registries.filter(({ registry }) => registry.dataEndpoints.length === 0);
    const stillUsed = new Set(others.flatMap((registry) => layersIn(list, registry)));
    const free = served.flatMap((registry) => layersIn(list, registry)).filter((tag) => !stillUsed.has(tag));
    const tags = [...new Set(free)];
    if (tags.length === 0) continue;
    const names = served.filter((registry) => layersIn(list, registry).length > 0).map(({ name }) => name);
    const open = readiness.filter(
      ({ registry, target, ready }) => !ready && names.includes(registry) && list.targets.includes(target),
    );
    const before = input.reach(list.tags);
    const after = input.reach(list.tags.filter((tag) => !tags.includes(tag)));
    const fewer = before.addresses - after.addresses;
    const next =
      open.length === 0
        ? 'Set its part to "login" (or take these tags out), and let the holds of its targets end or answer them.'
        : `Not yet: clients behind ${open.map(({ target }) => target).join(', ')} have no rules by name for the data endpoints.`;
    yield {
      rule: 'storage-no-longer-needed',
      weight: open.length === 0 ? 'do' : 'know',
      list: list.name,
      text: `The data endpoints of ${names.join(', ')} serve the image layers, and nothing else in ${list.name} needs ${tags.join(', ')}: without ${tags.length === 1 ? 'it' : 'them'} the list is ${quantity(fewer, 'address', 'addresses')} smaller (${quantity(before.addresses, 'address', 'addresses')} now, ${quantity(after.addresses, 'address', 'addresses')} then). ${next}`,
      figures: {
        addresses: before.addresses.toString(),
        left: after.addresses.toString(),
        fewer: fewer.toString(),
        notReady: open.length,
      },
      commands: served.flatMap(({ registry: { settings }, name }) =>
        settings && names.includes(name) ? [`az acr show-endpoints ${azOf(settings)}`] : [],
      ),
    };
  }
};
