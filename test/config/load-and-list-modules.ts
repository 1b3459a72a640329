// Run as a program: loads a config file and prints every package that was resolved on the way, as JSON.
import { registerHooks } from 'node:module';

const resolved = new Set<string>();
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const name = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(found.url)?.[1];
    if (name !== undefined) resolved.add(name);
    return found;
  },
});

const { loadConfig } = await import('../../src/config/load.ts');
await loadConfig(process.argv[2] ?? '', () => new Date());
process.stdout.write(JSON.stringify([...resolved].sort()));
