import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/** A process that loads ES modules as the Azure worker does: its own module is patched in at Module.prototype.require. */
const loader = `
  import Module from 'node:module';
  const found = { functions: {}, order: [] };
  const core = {
    version: '4', hostVersion: '4', log() {}, setProgrammingModel() {}, registerHook() {},
    registerFunction(metadata) {
      found.order.push(metadata.name);
      found.functions[metadata.name] = metadata.bindings;
    },
  };
  const original = Module.prototype.require;
  Module.prototype.require = function (id) {
    return id === '@azure/functions-core' ? core : original.call(this, id);
  };
  for (const file of process.argv.slice(1)) await import(file).catch((error) => { found.error ??= file + ': ' + String(error); });
  process.stdout.write(JSON.stringify(found));
`;

interface LoadedApp {
  /** Bindings by the name of the function. */
  readonly functions: Readonly<Record<string, Readonly<Record<string, object>>>>;
  /** Names in the order they were registered. */
  readonly order: readonly string[];
  readonly error?: string;
}

/** Loads files in a fresh process whose folder is `cwd`. Throws if the process itself fails or complains. */
export function loadAsWorker(files: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): LoadedApp {
  const child = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', loader, ...files.map((file) => pathToFileURL(file).href)],
    { encoding: 'utf8', cwd, env },
  );
  if (child.stderr !== '' || child.status !== 0) throw new Error(`exit ${child.status}: ${child.stderr}`);
  return JSON.parse(child.stdout) as LoadedApp;
}
