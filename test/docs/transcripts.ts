import path from 'node:path';
import { guidesIn } from './guide.ts';
import { playGuide } from './play-guide.ts';

// npm run transcripts -- [NAME]: plays the pages of docs/first-day as they stand and prints what came of each command.
// Exit code 1 where a page does not tell the truth, 2 for a name that is none.

const folder = path.join(import.meta.dirname, '../../docs/first-day');
const names = guidesIn(folder).map((name) => name.slice(0, -3));
const [wanted] = process.argv.slice(2);
if (wanted !== undefined && !names.includes(wanted)) {
  process.stderr.write(`expected one of ${names.join(', ')}, got ${wanted}\n`);
  process.exit(2);
}
for (const name of wanted === undefined ? names : [wanted]) {
  process.stdout.write(`\n==> ${name}\n`);
  const began = performance.now();
  const { commands, faults } = await playGuide(path.join(folder, `${name}.md`), {
    tell: (text) => process.stdout.write(`${text}\n`),
  });
  for (const fault of faults) process.stdout.write(`BAD  ${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
  else process.stdout.write(`==> ${name}: ${commands} commands, ${Math.round((performance.now() - began) / 1000)} s\n`);
}
