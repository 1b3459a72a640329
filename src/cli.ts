#!/usr/bin/env node
import { makeProgram } from './cli/program.ts';
import { reportError } from './cli/report-error.ts';

// The reader closed the pipe, as `head` does: this is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const args = process.argv.slice(2);
try {
  await makeProgram(args).parseAsync(args, { from: 'user' });
} catch (error) {
  const { code, text } = reportError(error, args);
  process.stderr.write(text);
  process.exitCode = code;
}
