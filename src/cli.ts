#!/usr/bin/env node
import { CommanderError } from 'commander';
import { errorText, exitCodeOf, makeProgram } from './cli/program.ts';

// The reader closed the pipe, as `head` does: this is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await makeProgram().parseAsync();
} catch (error) {
  // Commander has printed problems of the options itself.
  if (!(error instanceof CommanderError)) process.stderr.write(`${errorText(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
