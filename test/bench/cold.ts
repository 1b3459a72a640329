import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from '../../src/build/bundle.ts';
import { startAzurite } from '../../src/local/azurite.ts';
import { startSimulatedArm } from '../../src/simulator/arm/server.ts';
import { makeCatalogJson } from '../support/catalog.ts';

interface ColdStart {
  /** Medians, in milliseconds. */
  readonly libraryAloneMs: number;
  readonly registeredMs: number;
  readonly firstArmRequestMs: number;
  /** Resident memory in MiB once all functions are registered, and at the first ARM request. */
  readonly registeredMiB: number;
  readonly firstArmRequestMiB: number;
  readonly functions: number;
  /** Registration takes at most 1.3 times what the library takes alone, and 50 ms. */
  readonly good: boolean;
}

/** Loads as the worker does, and prints what it took. */
const child = `
  import Module from 'node:module';
  const handlers = {};
  const core = {
    version: '4', hostVersion: '4', log() {}, setProgrammingModel() {}, registerHook() {},
    registerFunction(metadata, callback) { handlers[metadata.name] = callback; },
  };
  const original = Module.prototype.require;
  Module.prototype.require = function (id) {
    return id === '@azure/functions-core' ? core : original.call(this, id);
  };
  const mebibytes = () => Math.round(process.memoryUsage.rss() / 1048576);
  const start = performance.now();
  const app = await import(process.argv[1]);
  const registeredMs = performance.now() - start;
  const found = { registeredMs, registeredMiB: mebibytes(), functions: Object.keys(handlers).length };
  if (process.argv[2] === 'run') {
    let arm;
    const { subscribe } = await import('node:diagnostics_channel');
    subscribe('http.client.request.start', ({ request }) => {
      if (arm === undefined && request.path?.includes('/providers/')) arm = { ms: performance.now(), mib: mebibytes() };
    });
    const before = performance.now();
    await app.firstRun();
    if (arm) Object.assign(found, { firstArmRequestMs: arm.ms - before, firstArmRequestMiB: arm.mib });
  }
  process.stdout.write(JSON.stringify(found));
  process.exit(0);
`;

/** Measures the bundle as deployed, each start in a process of its own, beside the library alone. */
export async function benchCold(rounds = 9): Promise<ColdStart> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cold-'));
  const azurite = await startAzurite({});
  const arm = await startSimulatedArm();
  try {
    const { entry } = await build({ outdir: path.join(folder, 'functions') });
    const alone = await bundled(
      path.join(folder, 'alone'),
      "import { app } from '@azure/functions'; app.http('health', { handler: () => ({}) });",
    );
    // The same code as a run from the queue, without the trigger around it.
    const service = pathToFileURL(path.resolve(import.meta.dirname, '../../src/composition-root.ts')).href;
    const run = await bundled(
      path.join(folder, 'run'),
      `export const firstRun = async () => (await (await import(${JSON.stringify(new URL(service).pathname)})).createService(process.env, () => {})).dryRun({ trigger: 'http' });`,
    );
    const publication = path.join(folder, 'ServiceTags_Public_20240115.json');
    await writeFile(publication, makeCatalogJson({ tags: { 'Storage.WestUS': ['20.1.0.0/24'] } }));
    const config = path.join(folder, 'config.json');
    await writeFile(config, JSON.stringify(sampleConfig));
    const env = {
      AzureWebJobsStorage: azurite.connectionString,
      SERVICE_TAG_SYNC_CONFIG: config,
      SERVICE_TAG_SYNC_ARM: arm.url,
      SERVICE_TAG_SYNC_PUBLICATION: publication,
    };
    const library: Measured[] = [];
    const whole: Measured[] = [];
    const runs: Measured[] = [];
    // In turns: what slows the machine down for a while slows all of them down.
    for (let round = 0; round < rounds; round++) {
      library.push(await measure(alone, folder, env));
      whole.push(await measure(entry, folder, env));
      runs.push(await measure(run, folder, env, 'run'));
    }
    const libraryAloneMs = median(library.map(({ registeredMs }) => registeredMs));
    const registeredMs = median(whole.map((one) => one.registeredMs));
    return {
      libraryAloneMs,
      registeredMs,
      firstArmRequestMs: median(runs.map((one) => one.firstArmRequestMs ?? Number.NaN)),
      registeredMiB: median(whole.map((one) => one.registeredMiB)),
      firstArmRequestMiB: median(runs.map((one) => one.firstArmRequestMiB ?? Number.NaN)),
      functions: whole[0]?.functions ?? 0,
      good: registeredMs <= libraryAloneMs * 1.3 + 50,
    };
  } finally {
    await arm.close();
    await azurite.close();
    await rm(folder, { recursive: true });
  }
}

export function coldText(result: ColdStart): string {
  const { libraryAloneMs, registeredMs, firstArmRequestMs, registeredMiB, firstArmRequestMiB, functions, good } =
    result;
  return [
    `@azure/functions alone       ${libraryAloneMs.toFixed(0)} ms`,
    `all ${functions} functions registered  ${registeredMs.toFixed(0)} ms, ${registeredMiB} MiB (at most ${(libraryAloneMs * 1.3 + 50).toFixed(0)} ms: ${good ? 'kept' : 'MISSED'})`,
    `first run to first ARM call  ${firstArmRequestMs.toFixed(0)} ms, ${firstArmRequestMiB} MiB`,
  ].join('\n');
}

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const sampleConfig = {
  schema: 1,
  instance: 'cold',
  cloud: 'Public',
  lists: { west: { tags: ['Storage.WestUS'] } },
  targets: { hub: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' } },
};

interface Measured {
  readonly registeredMs: number;
  readonly registeredMiB: number;
  readonly functions: number;
  readonly firstArmRequestMs?: number;
  readonly firstArmRequestMiB?: number;
}

async function bundled(outdir: string, text: string): Promise<string> {
  const entry = path.resolve(import.meta.dirname, `../../.bench-${path.basename(outdir)}.ts`);
  await writeFile(entry, text);
  try {
    return (await build({ entry, outdir })).entry;
  } finally {
    await rm(entry);
  }
}

/** In a process of its own, and without blocking this one: storage and ARM answer from here. */
async function measure(file: string, cwd: string, env: NodeJS.ProcessEnv, mode = 'load'): Promise<Measured> {
  const args = ['--input-type=module', '-e', child, pathToFileURL(file).href, mode];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, env });
  return JSON.parse(stdout);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
