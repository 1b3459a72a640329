import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodeOf } from '../local/start/report.ts';
import { quantity } from '../messages/format.ts';
import type { Operator } from '../operator/operator.ts';
import type { RunReport } from '../operator/queries/runs.ts';
import { RequestError } from '../run/service.ts';

/** How often the service is asked, and how long: a run of many targets whose operations are slow takes minutes. */
const everyMs = 1_000;
const longestMs = 30 * 60_000;

interface Followed {
  readonly report: RunReport;
  /** As that of `npm start -- --once`: 0 good, 1 failed or refused in part or whole, 3 it opened a question. */
  readonly code: 0 | 1 | 2 | 3;
}

/**
 * Waits until a run has ended, and says on stderr how far it is, a line a change. The service makes the run: it goes on when
 * nobody follows. Throws RequestError for one that does not end within half an hour, with what to look at.
 */
export async function followRun(operator: Pick<Operator, 'run'>, run: string): Promise<Followed> {
  const start = performance.now();
  let said = '';
  for (;;) {
    const report = await operator.run(run);
    if (report !== undefined && report.status !== 'queued' && report.status !== 'running') {
      return { report, code: exitCodeOf(report.status) };
    }
    const text = progressOf(report);
    if (text !== said) process.stderr.write(`  ${text}\n`);
    said = text;
    if (performance.now() - start > longestMs) {
      throw new RequestError(
        `expected run ${run} to end within 30 minutes, and it is ${report?.status ?? 'queued'}: it goes on without this command, if the service is up. \`run ${run}\` shows it, \`doctor\` checks the service`,
      );
    }
    await sleep(everyMs);
  }
}

function progressOf(report: RunReport | undefined): string {
  if (report === undefined || report.status === 'queued') return 'queued';
  const done = report.targets.filter(({ status }) => status !== 'queued' && status !== 'running').length;
  return `running: ${done} of ${quantity(report.targets.length, 'target')} done`;
}
