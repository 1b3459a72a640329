// Run as a program, as it is or bundled: loads a config file and prints it as JSON.
import { loadConfig } from '../../src/config/load.ts';

const { config } = await loadConfig(process.argv[2] ?? '', () => new Date('2026-11-22T10:00:00Z'));
process.stdout.write(JSON.stringify(config));
