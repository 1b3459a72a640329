import { describe, expect, test } from 'vitest';
import { targets } from '../../src/targets/index.ts';

// What Azure allows differs by subscription: each limit that a plan counts up to can be set higher and lower.

/** What a config of any kind needs, and no kind takes all of. */
const all: Readonly<Record<string, unknown>> = {
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  ...{ resourceGroup: 'rg', name: 'acr', location: 'westus', nsg: 'n', rule: 'r', priority: 200 },
  ...{ policy: 'p', ruleCollectionGroup: 'g', collection: 'c', firewall: 'f', registry: 'contoso' },
};

const settable = targets.flatMap((definition) =>
  definition.limits.flatMap(({ setting, value }) => (setting === undefined ? [] : [{ definition, setting, value }])),
);

describe.each(settable)('$definition.kind: $setting', ({ definition, setting, value }) => {
  const { shape } = definition.schema;
  const parsed = (number: number) => {
    // An IP group has a `rule` that is an object, and needs none.
    const own = Object.entries(all).filter(
      ([key]) => key in shape && !(definition.kind === 'ip-group' && key === 'rule'),
    );
    return definition.schema.safeParse({ ...Object.fromEntries(own), [setting]: number });
  };

  test('takes less than the default of Azure, and more where Azure may raise it', () => {
    expect(parsed(Math.max(1, value >> 2)).success).toBe(true);
    // Azure works on twenty groups at once and no more, whatever the subscription.
    expect(parsed(value * 2).success).toBe(setting !== 'parallel');
  });

  test.runIf(setting !== 'parallel')(
    'is named by the refusal of a list that does not fit, or by that of its unit',
    () => {
      const { data } = parsed(value);
      const { settings = {} } = definition.layout(data ?? {});
      const isOfRules = definition.kind === 'nsg' && setting === 'maxRules';
      expect(Object.values(settings).includes(setting)).toBe(!isOfRules);
    },
  );
});

test('what has no setting is not counted here', () => {
  const without = targets.flatMap(({ limits }) => limits.filter(({ setting }) => setting === undefined));
  expect([...new Set(without.map(({ name }) => name))]).toEqual(['rule collection groups a policy']);
});
