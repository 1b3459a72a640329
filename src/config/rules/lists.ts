import { familyOf } from '../../core/address/prefix.ts';
import { PrefixSet } from '../../core/address/prefix-set.ts';
import { setsOf } from '../../core/address/sets.ts';
import { mcrNeeds } from '../../core/registry.ts';
import type { ListConfig } from '../config.ts';
import type { Finding, JsonPath } from '../issue.ts';
import type { Rule } from './rule.ts';

/** A list must select something, in the families it asks for, and its exceptions must be able to count. */
export const listContent: Rule = function* (draft) {
  for (const [name, list] of draft.lists) {
    const path = ['lists', name];
    if (
      list.registries.length + list.names.length + list.tags.length + list.prefixes.length + list.always.length ===
      0
    ) {
      yield {
        severity: 'error',
        path,
        expected: 'at least one registry, tag, host name, prefix or `always` entry',
        got: 'none of them',
        hint: 'name registries in `registries`, tags in `tags` or host names in `names`; never leave a list empty',
      };
    }
    yield* repeatedTags(list, path);
    yield* prefixesOutsideFamilies(list, path);
    yield* contradictions(list, path);
    yield* expired(list, path, draft.today);
  }
};

/** Where no tag has the addresses of its entry point, addresses alone let no pull from MCR through. */
export const mcrByAddress: Rule = function* ({ cloud, kinds, lists, targets }) {
  if (typeof cloud !== 'string' || mcrNeeds(cloud).byAddress) return;
  for (const [id, { kind, list: name }] of targets) {
    const holdsNames = kinds.targets.find((one) => one.kind === kind)?.holds === 'names';
    if (holdsNames || lists.get(name)?.mcr !== true) continue;
    yield {
      severity: 'note',
      path: ['targets', id, 'list'],
      expected: `a target of names for \`mcr\`: the publications of ${cloud} have no tag of Microsoft's own Front Door, where pulls from MCR enter`,
      got: `"${name}" in a target of addresses`,
      hint: `give its clients rules by name too, for ${mcrNeeds(cloud).names.join(' and ')}`,
    };
  }
};

function* repeatedTags(list: ListConfig, path: JsonPath): Iterable<Finding> {
  for (const [index, tag] of list.tags.entries()) {
    if (list.tags.indexOf(tag) === index) continue;
    yield {
      severity: 'error',
      path: [...path, 'tags', index],
      expected: 'each tag once',
      got: `${tag} again`,
      hint: 'remove one of the two',
    };
  }
}

function* prefixesOutsideFamilies(list: ListConfig, path: JsonPath): Iterable<Finding> {
  const entered = [
    ...list.prefixes.map((prefix, index) => ({ prefix, path: [...path, 'prefixes', index] })),
    ...list.always.map(({ prefix }, index) => ({ prefix, path: [...path, 'always', index, 'prefix'] })),
    ...list.never.map(({ prefix }, index) => ({ prefix, path: [...path, 'never', index, 'prefix'] })),
  ];
  for (const it of entered) {
    const family = familyOf(it.prefix);
    if (list.families.includes(family)) continue;
    yield {
      severity: 'error',
      path: it.path,
      expected: `a prefix of ${list.families.join(' or ')}, the families of this list`,
      got: `"${it.prefix}" (${family})`,
      hint: `add "${family}" to the list's families, or remove the prefix`,
    };
  }
}

/** `never` takes precedence over `always`; an `always` that is wholly forbidden is a mistake in one of the two. */
function* contradictions(list: ListConfig, path: JsonPath): Iterable<Finding> {
  const forbidden = setsOf(list.never.map(({ prefix }) => prefix));
  for (const [index, { prefix }] of list.always.entries()) {
    const family = familyOf(prefix);
    if (!forbidden[family].covers(PrefixSet.from(family, [prefix]))) continue;
    yield {
      severity: 'error',
      path: [...path, 'always', index, 'prefix'],
      expected: 'a prefix that `never` does not forbid as a whole',
      got: `"${prefix}"`,
      hint: 'remove it from one of the two',
    };
  }
}

/** Only a note: the service must not stop on the day an exception ends. */
function* expired(list: ListConfig, path: JsonPath, today: string): Iterable<Finding> {
  for (const key of ['always', 'never'] as const) {
    for (const [index, it] of list[key].entries()) {
      if (it.expires === undefined || it.expires > today) continue;
      yield {
        severity: 'note',
        path: [...path, key, index, 'expires'],
        expected: `a date after ${today}`,
        got: `"${it.expires}"`,
        hint: `the exception no longer counts: ask ${it.owner} whether it is still wanted`,
      };
    }
  }
}
