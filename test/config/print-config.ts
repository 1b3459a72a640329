// Run as a program, as it is or bundled: prints what becomes of a config.
import { parseConfig } from '../../src/config/parse.ts';
import { kinds } from '../support/kinds.ts';

const text = `{
  // with a comment
  "schema": 1, "instance": "contoso", "cloud": "Public",
  "lists": { "west": { "tags": ["Storage.WestUS"] } },
  "targets": { "hub": { "kind": "box4", "mode": "sync", "list": "west", "box": "b1" } }
}`;
process.stdout.write(parseConfig(text, { file: 'x.json', kinds, now: new Date('2026-11-22T10:00:00Z') }).hash);
