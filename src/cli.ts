#!/usr/bin/env node
import { CommanderError } from 'commander';
import { errorText, exitCodeOf, makeProgram } from './cli/program.ts';

// Whoever reads has seen enough, as `head` has: nothing is left to say, and nothing is wrong.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await makeProgram().parseAsync();
} catch (error) {
  // Commander has said what is wrong with the options itself.
  if (!(error instanceof CommanderError)) process.stderr.write(`${errorText(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
