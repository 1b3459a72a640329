import { describe, expect, it } from 'vitest';
import { classic, config, group, grown, idOf, names, network, openHub, rules, start } from '../support/hub.ts';

// Terraform, Bicep and Azure Policy write the same resources: an ordinary apply puts the whole back as a template has it, with
// or without what this service wrote. Additions go on through all of it.

const hub = openHub();

type Raw = Record<string, unknown>;
type Name = Exclude<(typeof names)[number], 'feed'>;
const kinds = names.filter((name): name is Name => name !== 'feed');

const objects = (value: unknown) => value as Raw[];
const of = (value: unknown, field: string) => (value as Raw)[field] as Raw;

/** What a template has of each kind: the resource that it puts whole, and where in it our list and our mark are. */
interface Template {
  readonly id: string;
  /** The part of the resource that is ours: the group itself, or the rule. */
  ours(raw: Raw): Raw | undefined;
  /** The same resource with our part replaced, or without it. */
  replaced(raw: Raw, part: Raw | undefined): Raw;
  /** Field of the part that holds the list; its mark. */
  readonly list: string;
  unmarked(part: Raw): Raw;
}

const withoutDescription = ({ description: _, ...rule }: Raw) => rule;

function ruleIn(id: string, field: string, name: string, list: string): Template {
  const nested = field === 'networkRuleCollections';
  const rulesOf = (collection: Raw) => objects((nested ? of(collection, 'properties') : collection).rules);
  return {
    id,
    list,
    ours: (raw) =>
      objects(of(raw, 'properties')[field])
        .flatMap(rulesOf)
        .find((rule) => rule.name === name),
    replaced(raw, part) {
      const collections = objects(of(raw, 'properties')[field]).map((collection) => {
        const rest = rulesOf(collection).filter((rule) => rule.name !== name);
        const all = part === undefined ? rest : [...rest, part];
        return nested
          ? { ...collection, properties: { ...of(collection, 'properties'), rules: all } }
          : { ...collection, rules: all };
      });
      return { ...raw, properties: { ...of(raw, 'properties'), [field]: collections } };
    },
    unmarked: withoutDescription,
  };
}

function groupAt(name: string): Template {
  return {
    id: `${network}/ipGroups/${name}`,
    list: 'ipAddresses',
    ours: (raw) => of(raw, 'properties'),
    replaced: (raw, part = { ipAddresses: ['192.0.2.1/32'] }) => ({ ...raw, properties: part }),
    unmarked: (part) => part,
  };
}

const templates: Readonly<Record<Name, Template>> = {
  'ip-group': groupAt('plain-1'),
  'ip-group with its rule': groupAt('ruled-1'),
  'ip-group with its rule in a classic firewall': groupAt('branch-1'),
  'firewall-policy': ruleIn(rules('direct'), 'ruleCollections', 'acr', 'destinationAddresses'),
  'azure-firewall': ruleIn(classic, 'networkRuleCollections', 'acr', 'destinationAddresses'),
  nsg: {
    id: `${network}/networkSecurityGroups/nsg-build`,
    list: 'destinationAddressPrefixes',
    ours: (raw) => objects(of(raw, 'properties').securityRules).find(({ name }) => name === 'acr-ipv4'),
    replaced(raw, part) {
      const rest = objects(of(raw, 'properties').securityRules).filter(({ name }) => name !== 'acr-ipv4');
      return { ...raw, properties: { ...of(raw, 'properties'), securityRules: part ? [...rest, part] : rest } };
    },
    unmarked: (part) => ({ ...part, properties: withoutDescription(of(part, 'properties')) }),
  },
  registry: {
    id: `${group}/providers/Microsoft.ContainerRegistry/registries/contoso`,
    list: 'ipRules',
    ours: (raw) => of(of(raw, 'properties'), 'networkRuleSet'),
    replaced: (raw, part = {}) => ({ ...raw, properties: { ...of(raw, 'properties'), networkRuleSet: part } }),
    unmarked: (part) => part,
  },
};

/** A part with another list. */
function holding({ list }: Template, part: Raw, entries: readonly string[]): Raw {
  const texts = list === 'ipRules' ? entries.map((value) => ({ action: 'Allow', value })) : entries;
  const inner = 'properties' in part ? { properties: { ...of(part, 'properties'), [list]: texts } } : { [list]: texts };
  return { ...part, ...inner };
}

/** An apply: the resource as the template has it now, made from what is there. */
async function apply(name: Name, change: (raw: Raw, template: Template) => Raw): Promise<void> {
  const template = templates[name];
  const raw = (await hub.raw(template.id)) as Raw | undefined;
  await hub.world.seed({ [template.id]: change(raw ?? expect.fail(`no ${template.id}`), template) });
}

const partOf = (raw: Raw, template: Template) => template.ours(raw) ?? expect.fail('nothing of ours is there');
const untagged = ({ tags: _, ...raw }: Raw) => raw;

/** All in one group, for what a template does to one. */
const oneGroup = (name: Name) => (name === 'ip-group with its rule' ? { target: { entriesPerGroup: 10 } } : {});

async function settle(name: Name, more: object = {}): Promise<void> {
  await hub.world.configure(config([name], more));
  expect((await hub.world.run()).status).toBe('applied');
  await hub.world.writes();
}

const live = async (name: Name) => (await hub.world.live(idOf(name))).sort();

async function expectQuiet(): Promise<void> {
  await hub.world.writes();
  expect((await hub.world.run()).status).toBe('no-change');
  expect(await hub.world.writes()).toEqual([]);
}

// The group of a classic firewall's rule is put back as that of a policy's.
describe.each(kinds.filter((name) => !name.endsWith('classic firewall')))(
  '%s, put back whole by a template',
  (name) => {
    it('as this service left it: nothing is written', async () => {
      await settle(name);
      await apply(name, (raw) => raw);
      await expectQuiet();
    });

    it('with the list and without the mark, its tags or description: the list goes on', async () => {
      await settle(name);
      await apply(name, (raw, template) => untagged(template.replaced(raw, template.unmarked(partOf(raw, template)))));
      hub.publish(201, 17);
      expect((await hub.world.run()).status).toBe('applied');
      expect(await live(name)).toEqual([...grown].sort());
      await expectQuiet();
    });

    it('without the mark, beside an entry of its own: the list goes on, and that entry stays', async () => {
      await settle(name, oneGroup(name));
      const all = [...start, '192.0.2.1/32'];
      const more = (raw: Raw, template: Template) =>
        template.replaced(raw, holding(template, partOf(raw, template), all));
      await apply(name, more);
      await hub.world.run();
      await apply(name, (raw, template) => untagged(template.replaced(raw, template.unmarked(partOf(raw, template)))));
      hub.publish(201, 17);
      expect((await hub.world.run()).status).toBe('applied');
      expect(await live(name)).toEqual([...grown, '192.0.2.1/32'].sort());
      await expectQuiet();
    });

    it('without the list, time and again: all of it comes back, and what is new comes too', async () => {
      await settle(name);
      const emptied = (raw: Raw, template: Template) =>
        template.replaced(raw, holding(template, partOf(raw, template), ['192.0.2.1/32']));
      for (const _ of [1, 2, 3]) {
        await apply(name, emptied);
        await hub.world.run();
      }
      await apply(name, emptied);
      hub.publish(201, 17);
      const view = await hub.world.run();
      // What lets Azure in waits for a person after the second time; what is new does not.
      const kept = name === 'registry' ? grown.slice(start.length) : grown;
      expect(view.status).toBe(name === 'registry' ? 'waiting' : 'applied');
      expect(await live(name)).toEqual([...kept, '192.0.2.1/32'].sort());
    });

    it('with tags that Azure Policy adds: they stay, and nothing is written for them', async () => {
      await settle(name);
      if (name === 'firewall-policy') return;
      const tagged = { costCenter: '42' };
      await apply(name, (raw) => ({ ...raw, tags: { ...(raw.tags as Raw | undefined), ...tagged } }));
      await expectQuiet();
      hub.publish(201, 17);
      await hub.world.run();
      expect(await hub.raw(templates[name].id)).toMatchObject({ tags: tagged });
    });

    it('as it was weeks ago, as a draft of a policy is deployed: what came since comes again', async () => {
      await settle(name, oneGroup(name));
      const before = (await hub.raw(templates[name].id)) as Raw;
      hub.publish(201, 17);
      await hub.world.run();
      for (const _ of [1, 2, 3]) {
        await hub.world.seed({ [templates[name].id]: before });
        await hub.world.run();
      }
      hub.publish(202, 18);
      const view = await hub.world.run();
      expect(await live(name)).toContain('20.0.10.0/24');
      expect(view.status).toBe('waiting');
      const waiting = view.targets[0]?.outcomes.filter(({ result }) => result === 'waiting');
      expect(waiting?.map(({ added }) => added)).toEqual([grown.slice(start.length)]);
    });
  },
);

describe.each(kinds.filter((name) => name !== 'registry'))('%s, taken away by a template', (name) => {
  it('is made again', async () => {
    await settle(name);
    if (name.startsWith('ip-group')) await hub.world.remove(templates[name].id);
    else await apply(name, (raw, template) => template.replaced(raw, undefined));
    hub.publish(201, 17);
    expect((await hub.world.run()).status).toBe('applied');
    expect(await live(name)).toEqual([...grown].sort());
    await expectQuiet();
  });
});

it.each(['firewall-policy', 'azure-firewall'] as const)(
  '%s: a collection that is gone is named, and never made',
  async (name) => {
    await settle(name);
    await apply(name, (raw) => {
      const field = name === 'azure-firewall' ? 'networkRuleCollections' : 'ruleCollections';
      return { ...raw, properties: { ...of(raw, 'properties'), [field]: [] } };
    });
    const view = await hub.world.run();
    expect(view.status).toBe('failed');
    expect(JSON.stringify(view.targets)).toMatch(
      /has no network rule collection allow.*create it, or correct the config/,
    );
    expect(await hub.world.writes()).toEqual([]);
  },
);

it.each(['ip-group', 'nsg'] as const)(
  '%s: a template that leaves nothing of the list and takes the mark is told apart from a resource never filled',
  async (name) => {
    await settle(name);
    const replaced = (raw: Raw, template: Template) => {
      const part = holding(template, partOf(raw, template), ['192.0.2.1/32']);
      return untagged(template.replaced(raw, template.unmarked(part)));
    };
    await apply(name, replaced);
    const text = (await hub.world.run()).targets[0]?.outcomes[0]?.text;
    expect(text).toMatch(/was filled by this service, and now holds 1 entry .*docs\/beside-terraform\.md/);
    expect(await hub.world.writes()).toEqual([]);
    await hub.world.configure(config([name], { target: { adopt: true } }));
    expect((await hub.world.run()).status).toBe('applied');
    expect(await live(name)).toEqual([...start, '192.0.2.1/32'].sort());
  },
);

it('a group without a mark is not taken for ours where entries of others are to go', async () => {
  const name = 'ip-group';
  await settle(name, { target: { foreignEntries: 'remove' } });
  const mixed = (raw: Raw, template: Template) =>
    untagged(template.replaced(raw, holding(template, partOf(raw, template), [...start, '192.0.2.1/32'])));
  await apply(name, mixed);
  expect((await hub.world.run()).status).toBe('refused');
  expect(await hub.world.writes()).toEqual([]);
});
