import { spawnSync } from 'node:child_process';

/** FireHOL's iprange (Debian: `apt-get install iprange`). */
export function isIprangeThere(): boolean {
  return spawnSync('iprange', ['--version']).error === undefined;
}

/** Aggregates IPv4 prefixes with it; the start of its process is part of the time. It takes IPv6 for names of hosts. */
export function iprange(texts: readonly string[]): string[] {
  const { stdout, status, stderr } = spawnSync('iprange', ['--optimize', '-'], {
    input: texts.join('\n'),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`iprange ended with ${status}: ${stderr}`);
  return stdout.trimEnd().split('\n');
}
