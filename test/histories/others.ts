import { at } from './pick.ts';
import type { Played } from './played.ts';
import type { Doing } from './step.ts';
import { holdsNames, layoutOf } from './world/config-plan.ts';
import type { Resource } from './world/resource.ts';

/** What another writer does, as a change of the resource of a target. */
export function doing(played: Played, id: string, what: Doing): (resource: Resource) => void {
  const { kind } = played.model.planOf(id);
  const names = holdsNames(kind);
  return (resource) => {
    const key = 'unit' in what ? at(resource.keys(), what.unit) : undefined;
    switch (what.act) {
      case 'add': {
        const family = what.entry.includes(':') ? 'ipv6' : 'ipv4';
        const entry = names ? 'elsewhere.example.org' : what.entry;
        const unit = resource.keys().find((one) => names || resource.unit(one)?.family === family);
        if (unit !== undefined) resource.edit(unit, (entries) => [...new Set([...entries, entry])]);
        else if (!names && layoutOf(kind).families.includes(family)) {
          resource.create(layoutOf(kind).unitKey(family, 0), family, [entry]);
        }
        return;
      }
      case 'take out':
        if (key === undefined) return;
        resource.edit(key, (entries) =>
          entries.filter((_, index) => {
            const place = (index - (what.from % entries.length) + entries.length) % entries.length;
            return place >= what.many;
          }),
        );
        return;
      case 'replace':
        for (const one of resource.keys()) {
          const family = resource.unit(one)?.family;
          const entries = names
            ? ['elsewhere.example.org']
            : what.entries.filter((entry) => entry.includes(':') === (family === 'ipv6'));
          resource.edit(one, () => entries);
        }
        return;
      case 'delete':
        if (key !== undefined) resource.remove(key);
        return;
      case 'unmark':
        for (const one of resource.keys()) resource.unmark(one);
    }
  };
}
