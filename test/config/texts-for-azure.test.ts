import { describe, expect, test } from 'vitest';
import { ConfigError, type ConfigIssue, issueText } from '../../src/config/issue.ts';
import { knownKinds } from '../../src/config/load.ts';
import { parseConfig } from '../../src/config/parse.ts';

// What a config says in words of its own and Azure would refuse with the first write is refused by `check`, with its place and
// what to write in its stead.

const at = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg' };
const policy = { policy: 'p', ruleCollectionGroup: 'g' };
const rule = { collection: 'c', rule: 'r' };
const bases: Readonly<Record<string, object>> = {
  nsg: { kind: 'nsg', ...at, nsg: 'n', rule: 'r', priority: 200 },
  'firewall-policy': { kind: 'firewall-policy', ...at, ...policy, ...rule },
  'firewall-policy-fqdn': { kind: 'firewall-policy-fqdn', ...at, ...policy, ...rule },
  'azure-firewall': { kind: 'azure-firewall', ...at, firewall: 'f', ...rule },
  'ip-group': { kind: 'ip-group', ...at, name: 'acr', location: 'westus' },
  feed: { kind: 'feed', name: 'branches' },
};

function outcomeOf(targets: Readonly<Record<string, object>>, families = ['ipv4']): string[] {
  const lists = { west: { tags: ['Storage.WestUS'], families }, hosts: { names: ['mcr.microsoft.com'] } };
  const all = Object.entries(targets).map(([id, target]) => {
    const list = 'kind' in target && target.kind === 'firewall-policy-fqdn' ? 'hosts' : 'west';
    return [id, { mode: 'sync', list, ...target }];
  });
  const document = { schema: 1, instance: 'i', cloud: 'Public', lists, targets: Object.fromEntries(all) };
  const options = { file: 'x.json', kinds: knownKinds, now: new Date('2026-11-22T10:00:00Z') };
  const about = (issues: readonly ConfigIssue[]) =>
    issues
      .filter(({ path }) => path.startsWith('targets'))
      .map((issue) => issueText(issue).replace(/^\s+\d+:\d+ /, ''));
  try {
    return about(parseConfig(JSON.stringify(document), options).notes);
  } catch (error) {
    if (error instanceof ConfigError) return about(error.issues);
    throw error;
  }
}

const of = (kind: string, change: object) => outcomeOf({ t: { ...bases[kind], ...change } });

describe('addresses beside the list', () => {
  const fields: readonly [string, string, (texts: readonly string[]) => object][] = [
    ['nsg', 'targets.t.otherSide', (texts) => ({ otherSide: texts })],
    ['firewall-policy', 'targets.t.sources', (texts) => ({ sources: texts })],
    ['firewall-policy-fqdn', 'targets.t.sources', (texts) => ({ sources: texts })],
    ['azure-firewall', 'targets.t.sources', (texts) => ({ sources: texts })],
    ['ip-group', 'targets.t.rule.sources', (texts) => ({ rule: { firewall: 'f', ...rule, sources: texts } })],
  ];

  describe.each(fields)('%s, %s', (kind, path, holding) => {
    test.each([
      [['300.1.1.1/99'], '[0]: expected a length from 0 to 32 without leading zeros; got "300.1.1.1/99"'],
      [['300.1.1.1'], '[0]: expected four octets from 0 to 255 without leading zeros; got "300.1.1.1"'],
      [['10.0.0.1/8'], '[0]: expected zero host bits after /8: 10.0.0.0/8; got "10.0.0.1/8"'],
      [['fd00::1/8'], '[0]: expected zero host bits after /8: fd00::/8; got "fd00::1/8"'],
      [['10.0.0.0/8 '], '[0]: expected no white space: "10.0.0.0/8"; got "10.0.0.0/8 "'],
      [['Any'], '[0]: expected "*" for every address; got "Any"'],
      [
        ['10.0.0.0/8', '10.1.0.0/16'],
        '[1]: expected an entry that shares no address with "10.0.0.0/8"; got "10.1.0.0/16"\n      remove it: the other one covers it',
      ],
      [
        ['10.1.0.0/16', '11.0.0.0/8', '10.0.0.0/8'],
        '[2]: expected an entry that shares no address with "10.1.0.0/16"; got "10.0.0.0/8"\n      remove "10.1.0.0/16": this one covers it',
      ],
      [
        ['10.0.0.1', '10.0.0.1/32'],
        '[1]: expected an entry that shares no address with "10.0.0.1"; got "10.0.0.1/32"\n      remove it: the other one covers it',
      ],
    ])('%j', (texts, said) => {
      const found = of(kind, holding(texts)).filter((text) => text.startsWith(path));
      expect(found).toContain(`${path}${said}`);
      expect(found).toHaveLength(1);
    });

    test.each([[['*']], [['10.0.0.0/8', '10.0.0.0/8'.replace('10', '11'), 'fd00::/8']], [['10.0.0.7']]])(
      '%j is sound',
      (texts) => {
        expect(of(kind, holding(texts))).toEqual([]);
      },
    );
  });

  test('a rule of a firewall takes a range, a security rule says which prefixes it is', () => {
    const range = ['10.0.0.0-10.0.0.2'];
    expect(of('firewall-policy', { sources: range })).toEqual([]);
    expect(of('nsg', { otherSide: range })).toEqual([
      'targets.t.otherSide[0]: expected one CIDR prefix or one address; got "10.0.0.0-10.0.0.2"\n      these prefixes are the range: 10.0.0.0/31, 10.0.0.2/32',
    ]);
    expect(of('firewall-policy', { sources: ['10.0.0.0-10.0.0.2', '10.0.0.2-10.0.0.3'] })[0]).toContain(
      'write both as 10.0.0.0/30',
    );
  });

  test.each([
    [['VirtualNetwork'], []],
    [['Storage.WestUS'], []],
    [['my tag!'], ['expected an IP address']],
    [['/subscriptions/1/applicationSecurityGroups/a'], ['expected']],
    [['VirtualNetwork', '10.0.0.0/8'], ['expected prefixes, or one service tag or "*" alone']],
    [['*', '10.0.0.0/8'], ['expected prefixes, or one service tag or "*" alone']],
  ])('the other side of a security rule: %j', (otherSide, said) => {
    const found = of('nsg', { otherSide });
    expect(found.map((text, index) => text.includes(said[index] ?? 'nothing'))).toEqual(said.map(() => true));
  });

  test('"*" beside other sources is one of them too many', () => {
    expect(of('azure-firewall', { sources: ['10.0.0.0/8', '*'] })).toEqual([
      'targets.t.sources[1]: expected "*" alone; got "*"\n      remove it, or all others',
    ]);
  });

  test('clients of a feed', () => {
    const device = { secrets: [{ $env: 'A' }], addresses: ['192.0.2.7/24'] };
    expect(of('feed', { devices: { d: device }, addresses: ['300.1.1.1'] })).toEqual([
      'targets.t.devices.d.addresses[0]: expected zero host bits after /24: 192.0.2.0/24; got "192.0.2.7/24"',
      'targets.t.addresses[0]: expected four octets from 0 to 255 without leading zeros; got "300.1.1.1"',
    ]);
  });
});

describe.each(['nsg', 'firewall-policy', 'azure-firewall'])('ports of %s', (kind) => {
  const least = kind === 'nsg' ? 0 : 1;
  test.each([
    [['443-80'], '[0]: expected a range whose end is not below its start: "80-443"; got "443-80"'],
    [['70000'], `[0]: expected ports from ${least} to 65535; got "70000"`],
    [['1-70000'], `[0]: expected ports from ${least} to 65535; got "1-70000"`],
    [['0443'], '[0]: expected a number without leading zeros: "443"; got "0443"'],
    [['http'], '[0]: expected a port such as "443", a range such as "8000-8100", or "*"; got "http"'],
    [['443', '443'], '[1]: expected each port once; got "443"\n      remove one of the two'],
    [['443', '*'], '[1]: expected "*" alone; got "*"\n      remove it, or all others'],
  ])('%j', (ports, said) => {
    expect(of(kind, { ports })).toEqual([`targets.t.ports${said}`]);
  });

  test('those that Azure takes', () => {
    expect(of(kind, { ports: ['443', '8000-8100', '65535'] })).toEqual([]);
    expect(of(kind, { ports: ['*'] })).toEqual([]);
    expect(of(kind, { ports: ['0'] })).toHaveLength(least);
  });
});

test('a protocol of a firewall rule twice', () => {
  expect(of('firewall-policy', { protocols: ['TCP', 'TCP'] })[0]).toContain('expected each protocol once');
});

test('a family of the list without anything on the other side is noted: its rule cannot be created', () => {
  expect(outcomeOf({ t: { ...bases.nsg, otherSide: ['10.0.0.0/8'] } }, ['ipv4', 'ipv6'])).toEqual([
    'targets.t.otherSide: expected an IPv6 address beside those of IPv4; got a list of 1\n      the rule of IPv6 cannot be created without: add one, or leave "ipv6" out of the families of the list',
  ]);
  const dual = { ...bases['firewall-policy'], dualStack: true, sources: ['fd00::/8'] };
  expect(outcomeOf({ t: dual }, ['ipv4', 'ipv6'])[0]).toContain('targets.t.sources: expected an IPv4 address');
  expect(outcomeOf({ t: { ...bases.nsg, otherSide: ['VirtualNetwork'] } }, ['ipv4', 'ipv6'])).toEqual([]);
});

test('two targets that are to create rules of one priority are noted', () => {
  const targets = (change: object) => ({ a: { ...bases.nsg }, b: { ...bases.nsg, rule: 's', ...change } });
  expect(outcomeOf(targets({}))).toEqual([
    'targets.b.priority: expected a priority that no other target uses; got 200, which targets.a uses for its Outbound rules in n too\n      one of the two rules cannot be created: give this target another priority',
  ]);
  expect(outcomeOf(targets({ nsg: 'N', priority: 201 }))).toEqual([]);
  expect(outcomeOf(targets({ priority: 201 }), ['ipv4', 'ipv6'])).toHaveLength(1);
  expect(outcomeOf(targets({ direction: 'Inbound' }))).toEqual([]);
  expect(outcomeOf(targets({ nsg: 'other' }))).toEqual([]);
});
