import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type FeedFormat, type FormatInput, formatList } from '../../src/feeds/format.ts';
import { feedFormats } from '../../src/feeds/formats/index.ts';
import { numbersOf } from '../support/read-formats.ts';

// The programs themselves load what is written for them, in a network namespace of the test's own: nothing of this machine
// changes. Where they or the right to make one are missing, the title of the suite says so and its tests are left out.

const list: FormatInput = {
  name: 'branches',
  entries: ['20.0.0.0/23', '20.0.2.0/24', '40.1.2.3/32', '2603:1030::/48', '2603:1030:1::1/128'],
  about: ['ipv4', 'ipv6'],
  tags: ['Storage.WestUS'],
  changedAt: '2024-01-15T12:00:00.000Z',
};
const less = { ...list, entries: ['20.0.2.0/24', '2603:1030::/48'] };
const textOf = (format: string, given: FormatInput) => formatList(feedFormats.get(format) as FeedFormat, given).text;

/** Runs a script of sh in a network namespace that ends with it. */
function inNamespace(script: string, files: Readonly<Record<string, string>> = {}) {
  const written = Object.entries(files).map(([name, text]) => `cat > "$D/${name}" <<'END-OF-FILE'\n${text}END-OF-FILE`);
  const whole = ['set -e', 'D=$(mktemp -d)', 'trap \'rm -rf "$D"\' EXIT', ...written, script].join('\n');
  const { status, stdout, stderr } = spawnSync('unshare', ['-n', 'sh', '-c', whole], { encoding: 'utf8' });
  return { status, stdout: stdout ?? '', stderr: stderr ?? '' };
}

/** What keeps a program from being asked; undefined if nothing does. */
function missing(...scripts: readonly string[]): string | undefined {
  if (process.platform !== 'linux') return 'this is no Linux';
  return scripts.map((script) => ({ script, ...inNamespace(script) })).find(({ status }) => status !== 0)?.script;
}

const nftMissing = missing('true', 'nft list ruleset');
const ipMissing = nftMissing ?? missing('ip link set lo up');
const ipsetMissing = missing('true', 'ipset list');

const titled = (name: string, lack: string | undefined) =>
  lack === undefined ? name : `${name} (left out: "${lack}" fails here)`;

describe.skipIf(nftMissing !== undefined)(titled('nft', nftMissing), () => {
  const shown = (json: string, set: string) => {
    const { nftables } = JSON.parse(json) as { nftables: { set?: { name: string; elem?: unknown[] } }[] };
    const found = nftables.find((one) => one.set?.name === set)?.set?.elem ?? [];
    return found.map((one) => {
      const { prefix, range } = one as { prefix?: { addr: string; len: number }; range?: [string, string] };
      if (prefix) return `${prefix.addr}/${prefix.len}`;
      return range ? range.join('-') : `${one}/${String(one).includes(':') ? 128 : 32}`;
    });
  };

  test('loads the sets, holds the list, and lets go of what has gone', () => {
    const script =
      'nft -f "$D/a"; nft -f "$D/a"; nft -j list table inet service_tag_sync; nft -f "$D/b"; nft -j list table inet service_tag_sync';
    const { stdout, stderr, status } = inNamespace(script, {
      a: textOf('nftables', list),
      b: textOf('nftables', less),
    });
    expect([status, stderr]).toEqual([0, '']);
    const [before = '', after = ''] = stdout.trim().split('\n');
    const held = (json: string) => ['ipv4', 'ipv6'].flatMap((family) => shown(json, `allow_branches_${family}`));
    expect(numbersOf(held(before))).toEqual(numbersOf(list.entries));
    expect(numbersOf(held(after))).toEqual(numbersOf(less.entries));
  });

  test('takes a list of all addresses', () => {
    const all = textOf('nftables', { ...list, entries: ['0.0.0.0/0', '::/0'] });
    const { stdout, stderr, status } = inNamespace('nft -f "$D/a"; nft -j list table inet service_tag_sync', {
      a: all,
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(numbersOf(shown(stdout, 'allow_branches_ipv4'))).toEqual(numbersOf(['0.0.0.0/0']));
  });

  test('loads nothing of a file that is wrong further down', () => {
    const script = 'nft -f "$D/a"; nft -f "$D/b" 2>/dev/null && exit 9; nft -j list table inet service_tag_sync';
    const broken = `${textOf('nftables', less)}add element inet service_tag_sync allow_branches_ipv4 { nowhere }\n`;
    const { stdout, status } = inNamespace(script, { a: textOf('nftables', list), b: broken });
    expect(status).toBe(0);
    expect(numbersOf(shown(stdout, 'allow_branches_ipv4'))).toEqual(numbersOf(list.entries.slice(0, 3)));
  });
});

describe.skipIf(ipMissing !== undefined)(titled('packets through nft', ipMissing), () => {
  test('reach what is in the list and nothing else', () => {
    const rules = [
      'add chain inet service_tag_sync out { type filter hook output priority 0; policy drop; }',
      'add rule inet service_tag_sync out ip daddr @allow_branches_ipv4 accept',
      'add rule inet service_tag_sync out ip6 daddr @allow_branches_ipv6 accept',
    ].join('\n');
    const open = ['20.0.1.255', '20.0.2.1', '40.1.2.3', '2603:1030::5', '2603:1030:1::1'];
    const shut = ['20.0.3.0', '19.255.255.255', '40.1.2.4', '2603:1030:1::2', '2603:102f:ffff::1'];
    const script = [
      'ip link set lo up',
      'ip route add local 0.0.0.0/0 dev lo',
      'ip -6 route add local ::/0 dev lo',
      'nft -f "$D/list"; nft -f "$D/rules"',
      `node=${JSON.stringify(process.execPath)}`,
      '"$node" "$D/send.cjs"',
    ].join('\n');
    // A datagram that the chain drops fails at once: the kernel tells its sender.
    const send = `
const { createSocket } = require('node:dgram');
for (const address of ${JSON.stringify([...open, ...shut])}) {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.send('x', 9, address, (error) => { console.log(address, error ? error.code : 'sent'); socket.close(); });
}
`;
    const files = { list: textOf('nftables', list), rules: `${rules}\n`, 'send.cjs': send };
    const { stdout, stderr, status } = inNamespace(script, files);
    expect([status, stderr]).toEqual([0, '']);
    const expected = [...open.map((address) => `${address} sent`), ...shut.map((address) => `${address} EPERM`)];
    expect(stdout.trim().split('\n').sort()).toEqual(expected.sort());
  });
});

describe.skipIf(ipsetMissing !== undefined)(titled('ipset', ipsetMissing), () => {
  const entriesIn = (saved: string) =>
    [...saved.matchAll(/^add \S+ (\S+)$/gm)].map(([, entry = '']) =>
      entry.includes('/') ? entry : `${entry}/${entry.includes(':') ? 128 : 32}`,
    );

  test('restores the sets, holds the list, and lets go of what has gone, with a rule that names them or without', () => {
    const script =
      'ipset restore < "$D/a"; ipset restore < "$D/a"; ipset save; echo ---; ipset restore < "$D/b"; ipset save';
    const { stdout, stderr, status } = inNamespace(script, { a: textOf('ipset', list), b: textOf('ipset', less) });
    expect([status, stderr]).toEqual([0, '']);
    const [before = '', after = ''] = stdout.split('---\n');
    expect(numbersOf(entriesIn(before))).toEqual(numbersOf(list.entries));
    expect(numbersOf(entriesIn(after))).toEqual(numbersOf(less.entries));
    expect(after).not.toContain('_new');
  });

  test('takes a list of all addresses, and one with the longest name', () => {
    const all = { ...list, name: 'a'.repeat(63), entries: ['0.0.0.0/0', '::/0'] };
    const { stdout, stderr, status } = inNamespace('ipset restore < "$D/a"; ipset save', { a: textOf('ipset', all) });
    expect([status, stderr]).toEqual([0, '']);
    expect(numbersOf(entriesIn(stdout))).toEqual(numbersOf(all.entries));
  });
});
