import { describe, expect, it } from 'vitest';
import {
  azureFirewallFixture,
  firewallHolding,
  firewallPolicyFixture,
  groupHolding,
} from '../contract/kinds/network-rule.ts';
import { FIREWALL, firewallWith, groupWith, POLICY, RULES, rulesIn } from '../contract/kinds/rules.ts';
import { MARK } from '../contract/target/box.ts';
import { contextOn, type TestArm, withArm } from '../support/arm.ts';

/** What both kinds of network rules have in common beyond the contract. */
const kinds = [
  { fixture: firewallPolicyFixture, holding: groupHolding, bare: groupWith, id: RULES, owner: POLICY },
  {
    fixture: azureFirewallFixture,
    holding: firewallHolding,
    bare: firewallWith,
    id: FIREWALL,
    // Apart from the same firewall behind other targets.
    owner: `${FIREWALL}/networkRuleCollections`,
  },
] as const;

const idle = new AbortController().signal;

for (const { fixture, holding, bare, id, owner } of kinds) {
  const { definition } = fixture;

  describe(`${definition.kind}, its rule`, () => {
    const withRules = (run: (arm: TestArm) => Promise<void>) => withArm(fixture.surroundings, run);
    const parse = (change: object = {}) => definition.schema.parse({ ...fixture.config, ...change });
    const open = (arm: TestArm, change: object = {}) => definition.open(parse(change), contextOn(arm, MARK));

    it('sends back everything that it does not know, and nothing that only Azure writes', async () => {
      await withRules(async (arm) => {
        await arm.seed({ [id]: holding(['10.0.0.0/8'], MARK) });
        const target = await open(arm);
        const version = (await target.read(idle)).units[0]?.version ?? '';
        const entries = ['11.0.0.0/8'];
        await target.write({ key: 'acr', family: 'ipv4', action: 'replace', entries, version }, idle);
        const put = (await arm.log()).find(({ method }) => method === 'PUT');
        expect(put?.body).toEqual(holding(entries, MARK));
      });
    });

    it('creates the rule beside the others, and deletes it again', async () => {
      await withRules(async (arm) => {
        const target = await open(arm, { sources: ['10.0.0.0/8', '2001:db8::/32'], protocols: ['TCP', 'UDP'] });
        await target.write({ key: 'acr', family: 'ipv4', action: 'create', entries: ['11.0.0.0/8'] }, idle);
        const written = rulesIn(await arm.resource(id));
        expect(written.map(({ name }) => name)).toEqual(['unknown', 'theirs', 'acr']);
        expect(written.at(-1)).toMatchObject({
          description: `Kept in step with published Service Tags [service-tag-sync=${MARK}]`,
          sourceAddresses: ['10.0.0.0/8'],
          destinationAddresses: ['11.0.0.0/8'],
          destinationPorts: ['443'],
        });
        const { units, behind } = await target.read(idle);
        expect(behind).toEqual([owner]);
        const version = units[0]?.version ?? '';
        await target.write({ key: 'acr', family: 'ipv4', action: 'delete', entries: [], version }, idle);
        expect(await arm.resource(id)).toMatchObject({ properties: bare().properties });
      });
    });

    it.each([
      ['a tag as destination', { destinationAddresses: ['Storage.WestUS'] }, 'got "Storage.WestUS"'],
      ['IP groups', { destinationIpGroups: ['/g'] }, 'got "/g"'],
      ['another family', { destinationAddresses: ['2001:db8::/32'] }, 'got "2001:db8::/32"'],
      ['more sources than the config says', { sourceAddresses: ['1.1.1.1', '2.2.2.2'] }, 'in the rule it costs 2'],
    ])('refuses a rule with %s', async (_, change, said) => {
      await withRules(async (arm) => {
        const list = rulesIn(holding(['10.0.0.0/8'], MARK)).map((one) =>
          one.name === 'acr' ? { ...one, ...change } : one,
        );
        const text = JSON.stringify(holding(['10.0.0.0/8'], MARK));
        const before = JSON.stringify(rulesIn(JSON.parse(text)));
        await arm.seed({ [id]: JSON.parse(text.replace(before, JSON.stringify(list))) });
        const { problems } = await (await open(arm)).read(idle);
        expect(problems.map((problem) => problem.text).join()).toContain(said);
      });
    });

    it('refuses a collection that denies, and says which one is missing', async () => {
      await withRules(async (arm) => {
        for (const whole of [holding(['10.0.0.0/8'], MARK), bare()]) {
          const text = JSON.stringify(whole).replace('"Allow"', '"Deny"');
          await arm.seed({ [id]: JSON.parse(text) });
          expect((await (await open(arm)).read(idle)).problems).toMatchObject([{ code: 'rule-differs' }]);
        }
        await expect((await open(arm, { collection: 'none' })).read(idle)).rejects.toMatchObject({
          kind: 'invalid',
          message: expect.stringContaining('has no network rule collection none'),
        });
        await arm.seed({ [id]: null });
        await expect((await open(arm)).read(idle)).rejects.toMatchObject({ kind: 'invalid' });
      });
    });

    it('reckons the room of a rule from what each prefix costs', () => {
      const room = (change: object) => definition.layout(parse(change)).entriesPerUnit;
      expect(room({})).toBe(20_000);
      expect(room({ protocols: ['TCP', 'UDP'], sources: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] })).toBe(
        3_333,
      );
      expect(room({ ports: Array.from({ length: 15 }, (_, i) => `${i + 1}`) })).toBe(10_000);
      expect(room({ maxCombinations: 500 })).toBe(500);
    });
  });
}
