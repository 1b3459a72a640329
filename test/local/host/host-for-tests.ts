import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../../../src/build/bundle.ts';
import type { HostOptions } from '../../../src/local/host/start-host.ts';
import type { Meeting } from './functions-for-tests.ts';

export const keys = { function: 'the-function-key', admin: 'the-admin-key' };
const hostJson = fileURLToPath(new URL('../../../host.json', import.meta.url));

/** Builds the test's own functions into a folder of their own, gone again with `dispose`. */
export async function buildTestFunctions(): Promise<{ bundle: string; dispose: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'host-test-'));
  const entry = fileURLToPath(new URL('functions-for-tests.ts', import.meta.url));
  const { entry: bundle } = await build({ entry, outdir: path.join(folder, 'functions') });
  return { bundle, dispose: () => rm(folder, { recursive: true }) };
}

/** Options for a host, with the lines it logs. */
export function hostOptions(bundle: string): HostOptions & { lines: string[] } {
  const lines: string[] = [];
  return {
    bundle,
    hostJson,
    port: 0,
    keys,
    env: {},
    log: ({ level, function: name, message }) => void lines.push(`${level} ${name ?? 'host'}: ${message}`),
    lines,
  };
}

/** A fresh meeting place for functions and test. */
export function meet(work: Meeting['work'] = async () => {}): Meeting {
  globalThis.meeting = { handled: [], work };
  return globalThis.meeting;
}

/** A promise that is settled from outside. */
export function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
