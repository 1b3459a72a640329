import { vi } from 'vitest';
import { makeProgram } from '../../src/cli/program.ts';
import { reportError } from '../../src/cli/report-error.ts';

interface Ended {
  readonly code: number | string;
  readonly out: string;
  readonly err: string;
}

/** The command line as src/cli.ts runs it, without a process of its own: that takes a second each. */
export async function cli(...args: string[]): Promise<Ended> {
  const texts = { out: '', err: '' };
  const into = (stream: 'out' | 'err') => (text: string | Uint8Array) => {
    texts[stream] += text;
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(into('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(into('err')),
  ];
  const before = process.exitCode;
  try {
    await makeProgram(args).parseAsync(args, { from: 'user' });
    return { code: process.exitCode ?? 0, ...texts };
  } catch (error) {
    const { code, text } = reportError(error, args);
    return { code, out: texts.out, err: `${texts.err}${text}` };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}
