import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

// npm run try:bare-machine: the README's two commands on a Debian that has nothing but Node 20 and npm, as a user without
// rights. Needs root, debootstrap, and the network: Debian's mirror and the npm registry, reached as this machine reaches them.

const suite = 'trixie';
/** Both commands together. */
const mostSeconds = 120;
const clone = '/home/newcomer/service-tag-sync';
/** Authorities that this machine trusts, in one file, where Debian and its like have it. */
const certificates = '/etc/ssl/certs/ca-certificates.crt';
const root = path.join(import.meta.dirname, '..');

const usage = `npm run try:bare-machine -- [--in FOLDER] [--mirror URL]
  --in FOLDER   make the machine there and leave it, or use the one that is there
  --mirror URL  Debian's mirror, where debootstrap's own is not to be reached
`;

const { values: options } = parseArgs({
  options: { in: { type: 'string' }, mirror: { type: 'string' }, help: { type: 'boolean' } },
});
if (options.help) {
  process.stdout.write(usage);
  process.exit(0);
}
if (process.getuid?.() !== 0) fail('expected root: debootstrap and chroot need it');
if (!has('debootstrap')) fail('debootstrap is missing: apt-get install --no-install-recommends debootstrap');

const machine = options.in === undefined ? mkdtempSync(path.join(tmpdir(), 'bare-machine-')) : path.resolve(options.in);
// Its root is that of every user in it; a temporary folder is closed to all but its owner.
if (options.in === undefined) chmodSync(machine, 0o755);
const proc = path.join(machine, 'proc');
let mounted = false;

process.on('exit', cleanUp);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

try {
  await makeMachine();
  process.exitCode = await tryIt();
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

async function makeMachine(): Promise<void> {
  if (!existsSync(path.join(machine, 'etc/debian_version'))) {
    say(`Debian ${suite}, minimal, in ${machine}; this takes minutes`);
    const mirror = options.mirror === undefined ? [] : [options.mirror];
    await run('debootstrap', ['--variant=minbase', suite, machine, ...mirror]);
  }
  useOwnNetwork();
  mounted = succeeds('mount', ['-t', 'proc', 'proc', proc]);
  if (!existsSync(path.join(machine, 'usr/bin/npm'))) {
    say("Debian's nodejs and npm");
    const apt = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-y'];
    await run('chroot', [machine, ...apt, 'update']);
    await run('chroot', [machine, ...apt, 'install', '--no-install-recommends', 'nodejs', 'npm']);
  }
  if (!existsSync(path.join(machine, 'home/newcomer'))) await run('chroot', [machine, 'useradd', '-m', 'newcomer']);
}

/** Names, addresses, proxies and certificates of this machine: how it reaches the world is no part of what is tried. */
function useOwnNetwork(): void {
  for (const file of ['etc/resolv.conf', 'etc/hosts']) copyFileSync(`/${file}`, path.join(machine, file));
  writeFileSync(path.join(machine, 'etc/apt/apt.conf.d/90host'), output('apt-config', ['dump', 'Acquire']));
  if (existsSync(certificates)) copyFileSync(certificates, path.join(machine, 'etc/host-certificates.crt'));
}

async function tryIt(): Promise<number> {
  rmSync(path.join(machine, clone), { recursive: true, force: true });
  const inside = path.join(machine, clone);
  execFileSync('mkdir', ['-p', inside]);
  execFileSync('sh', ['-c', 'git -C "$1" archive HEAD | tar -x -C "$2"', 'sh', root, inside]);
  execFileSync('chroot', [machine, 'chown', '-R', 'newcomer:', '/home/newcomer']);
  const before = packages();
  say(
    `node ${asUser('node --version')}, npm ${asUser('npm --version')}, ${before.length} packages; ${output('git', ['-C', root, 'rev-parse', '--short', 'HEAD'])}`,
  );
  const took: number[] = [];
  for (const command of ['npm ci', 'npm start -- --once']) {
    say(`$ ${command}`);
    const began = performance.now();
    const code = await exitOf('chroot', inMachine(`cd ${clone} && ${command}`));
    took.push((performance.now() - began) / 1000);
    say(`exit code ${code}, ${took.at(-1)?.toFixed(0)} s`);
    // 3: the sample leaves a question open, as the help of `npm start` says.
    if (code !== 0 && !(code === 3 && command.startsWith('npm start'))) return 1;
  }
  const total = took.reduce((sum, one) => sum + one, 0);
  const changed = packages().join('\n') !== before.join('\n');
  say(
    `both: ${total.toFixed(0)} s of ${mostSeconds}; ${output('du', ['-sh', path.join(inside, 'node_modules')]).split('\t')[0]} in node_modules`,
  );
  if (total > mostSeconds) say(`BAD  slower than ${mostSeconds} s`);
  if (changed) say('BAD  something was installed beside');
  return total > mostSeconds || changed ? 1 : 0;
}

function packages(): string[] {
  return output('chroot', [machine, 'dpkg-query', '-W']).split('\n');
}

/** As the newcomer, with nothing of this shell but how it reaches the registry. */
function inMachine(command: string): string[] {
  return ['--userspec=newcomer:newcomer', machine, 'env', '-i', ...environment(), 'sh', '-c', command];
}

function environment(): string[] {
  const certificate = existsSync(certificates) ? '/etc/host-certificates.crt' : undefined;
  const registry = output('npm', ['config', 'get', 'registry']);
  const proxies = Object.entries(process.env).filter(([name]) => /^(https?|no|all)_proxy$/i.test(name));
  const settings = {
    HOME: '/home/newcomer',
    USER: 'newcomer',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    ...Object.fromEntries(proxies),
    ...(certificate === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificate, npm_config_cafile: certificate }),
    ...(registry === '' ? {} : { npm_config_registry: registry }),
  };
  return Object.entries(settings).map(([name, value]) => `${name}=${value}`);
}

function asUser(command: string): string {
  return output('chroot', inMachine(command));
}

function has(command: string): boolean {
  return succeeds('sh', ['-c', 'command -v "$1"', 'sh', command]);
}

function succeeds(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

function output(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', cwd: '/' }).trim();
}

async function exitOf(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const code = await exitOf(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
}

function cleanUp(): void {
  if (mounted) succeeds('umount', [proc]);
  if (options.in !== undefined) return;
  // Whatever else is mounted there is not this script's to remove.
  if (existsSync(proc) && statSync(proc).dev !== statSync(machine).dev) return;
  rmSync(machine, { recursive: true, force: true });
}

function say(text: string): void {
  process.stdout.write(`==> ${text}\n`);
}

function fail(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(2);
}
