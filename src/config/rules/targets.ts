import { familyNames } from '../../core/address/family.ts';
import { nearest } from '../../core/nearest.ts';
import type { TargetFormat } from '../../ports/target.ts';
import type { ListConfig, TargetConfig } from '../config.ts';
import type { Kinds } from '../schema.ts';
import type { Rule } from './rule.ts';

/**
 * On ingress, a service tag admits every customer of Azure behind it: the config must accept that risk. In a resource that
 * others write too, foreign entries are never removed.
 */
export const acceptedRisks: Rule = function* (draft) {
  for (const [id, target] of draft.targets) {
    const definition = draft.kinds.targets.find(({ kind }) => kind === target.kind);
    const list = draft.lists.get(target.list);
    if (definition === undefined) continue;
    const { accept } = target;
    const ingress = definition.direction === 'ingress';
    if (ingress && !accept && list && list.tags.length + list.registries.length > 0) {
      yield {
        severity: 'error',
        path: ['targets', id],
        expected: '`accept` with the risk "shared-azure-tag", a reason and an owner',
        got: `a list of Service Tags and no \`accept\``,
        hint: 'a Service Tag covers all customers of Azure, not only you; list your own prefixes, or say why it is acceptable here',
      };
    }
    if (!ingress && accept) {
      yield {
        severity: 'note',
        path: ['targets', id, 'accept'],
        expected: 'nothing: a target of this kind admits no traffic',
        got: 'an accepted risk',
        hint: 'remove it',
      };
    }
    if (accept?.expires !== undefined && accept.expires <= draft.today) {
      yield {
        severity: 'note',
        path: ['targets', id, 'accept', 'expires'],
        expected: `a date after ${draft.today}`,
        got: `"${accept.expires}"`,
        hint: `nothing is written: ask ${accept.owner} whether it is still acceptable`,
      };
    }
    if (definition.shared && target.foreignEntries === 'remove') {
      yield {
        severity: 'error',
        path: ['targets', id, 'foreignEntries'],
        expected: '"keep": people and pipelines write this list too',
        got: '"remove"',
        hint: 'remove the setting; remove unneeded entries by hand',
      };
    }
  }
};

/** A kind must be able to hold at least one of the list's families; the rest is reported, never written. */
export const familiesOfTargets: Rule = function* (draft) {
  for (const [id, target] of draft.targets) {
    const kind = draft.kinds.targets.find((one) => one.kind === target.kind);
    if (kind?.holds === 'names') continue;
    const wanted = draft.lists.get(target.list)?.families;
    const able = kind?.families;
    if (wanted === undefined || able === undefined) continue;
    const left = wanted.filter((family) => !able.includes(family));
    if (left.length === 0) continue;
    const path = ['targets', id, 'list'];
    if (left.length === wanted.length) {
      yield {
        severity: 'error',
        path,
        expected: `a list with ${able.join(' or ')}: that is what the kind ${target.kind} can hold`,
        got: `"${target.list}", which is ${wanted.join(' and ')} only`,
        hint: 'choose another list or another kind of target',
      };
    } else {
      yield {
        severity: 'note',
        path,
        expected: `${able.join(' and ')}: that is what the kind ${target.kind} can hold`,
        got: `"${target.list}" with ${wanted.join(' and ')}`,
        hint: `the ${left.join(' and ')} part is reported and written nowhere here`,
      };
    }
  }
};

/** The format of a target must be able to say something of its list: what it does not take is left out, and nothing at all is no list. */
export const formatsOfTargets: Rule = function* (draft) {
  for (const [id, target] of draft.targets) {
    const kind = draft.kinds.targets.find((one) => one.kind === target.kind);
    const list = draft.lists.get(target.list);
    const format = kind?.format?.(target.settings);
    if (list === undefined || format === undefined) continue;
    const { has, left } = kind?.holds === 'names' ? namesLeftOut(list, format) : familiesLeftOut(list, format);
    if (left.length === 0) continue;
    const leftOut = `"${format.id}", which leaves out ${left.join(', ')}`;
    yield {
      severity: has ? 'note' : 'error',
      path: ['targets', id, 'format'],
      expected: `a format for ${has ? 'all that' : 'what'} "${target.list}" may hold (docs/feed-formats.md)`,
      got: has ? leftOut : `${leftOut}: nothing would be left`,
      hint: has
        ? 'clients do not get that part in this format: choose another one if they need it'
        : 'choose another format, or another list',
    };
  }
};

interface LeftOut {
  /** Whether the format takes anything that the list may hold. */
  readonly has: boolean;
  readonly left: readonly string[];
}

function familiesLeftOut(list: ListConfig, format: TargetFormat): LeftOut {
  const left = list.families.filter((family) => !format.families.includes(family));
  return { has: left.length < list.families.length, left: left.map((family) => familyNames[family]) };
}

/** Registries bring names of their own. */
function namesLeftOut({ names, registries }: ListConfig, { wildcards }: TargetFormat): LeftOut {
  const left = wildcards ? [] : names.filter((name) => name.startsWith('*'));
  return { has: left.length < names.length || registries.length > 0, left };
}

/** A target of names needs names, one of addresses needs addresses; the targets in its `besides` must exist. */
export const namesAndAddresses: Rule = function* (draft) {
  for (const [id, target] of draft.targets) {
    const list = draft.lists.get(target.list);
    const kind = draft.kinds.targets.find((one) => one.kind === target.kind);
    if (list === undefined || kind === undefined) continue;
    const addresses = list.tags.length + list.prefixes.length + list.always.length;
    const wanted = kind.holds === 'names' ? list.names.length : addresses;
    // A list that selects nothing at all has a finding of its own.
    if (wanted + list.registries.length === 0 && addresses + list.names.length > 0) {
      const what = kind.holds === 'names' ? 'host names' : 'addresses';
      yield {
        severity: 'error',
        path: ['targets', id, 'list'],
        expected: `a list with ${what}: that is what the kind ${target.kind} holds`,
        got: `"${target.list}", which has none`,
        hint: kind.holds === 'names' ? 'name registries or `names` in it' : 'name registries, tags or prefixes in it',
      };
    }
    const { besides } = target.settings as { readonly besides?: readonly string[] };
    for (const [index, other] of (besides ?? []).entries()) {
      if (draft.targetIds.includes(other)) continue;
      yield {
        severity: 'error',
        path: ['targets', id, 'besides', index],
        expected: `one of ${draft.targetIds.join(', ')}`,
        got: JSON.stringify(other),
        hint: nearest(other, draft.targetIds),
      };
    }
  }
};

/** Two targets in one resource would undo each other's work on every run. */
export const sharedResources: Rule = function* (draft) {
  const owners = new Map<string, string>();
  for (const [id, target] of draft.targets) {
    const resources = resourcesOf(target, draft.kinds);
    const shared = resources.find((resource) => owners.has(resource));
    if (shared !== undefined) {
      yield {
        severity: 'error',
        path: ['targets', id],
        expected: 'a resource that no other target writes',
        got: `${shared}, which targets.${owners.get(shared)} writes too`,
        hint: 'remove one of the two; to have two lists in one resource, make one list of them',
      };
    }
    for (const resource of resources) owners.set(resource, id);
  }
};

/**
 * What keeps a target from creating its units, by its own settings or by those of another target. Only notes: where the units
 * are there already, nothing is wrong.
 */
export const creatable: Rule = function* (draft) {
  const takers = new Map<string, string>();
  for (const [id, target] of draft.targets) {
    const definition = draft.kinds.targets.find(({ kind }) => kind === target.kind);
    const wanted = draft.lists.get(target.list)?.families;
    if (definition === undefined || wanted === undefined) continue;
    const held = definition.layout(target.settings).families.filter((family) => wanted.includes(family));
    for (const finding of definition.uncreatable?.(target.settings, held) ?? []) {
      yield { ...finding, severity: 'note', path: ['targets', id, ...finding.path] };
    }
    for (const { key, finding, got } of definition.takes?.(target.settings, held) ?? []) {
      const taker = takers.get(key.toLowerCase());
      takers.set(key.toLowerCase(), taker ?? id);
      if (taker === undefined) continue;
      const path = ['targets', id, ...finding.path];
      yield { ...finding, severity: 'note', path, got: `${got[0]}, which targets.${taker} ${got[1]}` };
    }
  }
};

/** What a target may write. Azure compares names without regard to case. */
function resourcesOf(target: TargetConfig, kinds: Kinds): readonly string[] {
  const definition = kinds.targets.find(({ kind }) => kind === target.kind);
  if (definition === undefined) return [];
  const place = definition.place(target.settings);
  const layout = definition.layout(target.settings);
  return layout.families.flatMap((family) =>
    Array.from({ length: layout.maxUnits }, (_, index) => `${place}/${layout.unitKey(family, index)}`.toLowerCase()),
  );
}

/** A feed without clients has no effect. Only a note: whether a sign-in opens it depends on the settings of the app. */
export const feedClients: Rule = function* ({ targets }) {
  for (const [id, { kind, settings }] of targets) {
    if (kind !== 'feed' && kind !== 'feed-names') continue;
    const { devices, keys, publish } = settings as Readonly<Record<string, object | undefined>>;
    if (Object.keys({ ...devices, ...keys }).length > 0 || publish) continue;
    yield {
      severity: 'note',
      path: ['targets', id],
      expected: 'clients that may pull it, in `devices` or `keys`',
      got: 'neither',
      hint: 'no client can pull it, unless a sign-in is set up and opens it',
    };
  }
};
