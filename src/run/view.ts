import type { Config } from '../config/config.ts';
import { targetStatusOf } from '../core/plan/outcomes.ts';
import type { RunMessage } from '../ports/queues.ts';
import type { RunRecord } from '../ports/runs.ts';
import type { RunView } from './service.ts';

/** A recorded run as people see it. */
export function viewOfRun({ intent, outcomes, closing }: RunRecord, config: Config): RunView {
  const writing = new Set(intent.lanes.flatMap((lane) => lane.targets));
  return {
    run: intent.run,
    status: closing?.status ?? 'running',
    trigger: intent.trigger,
    ...(intent.by === undefined ? {} : { by: intent.by }),
    startedAt: intent.startedAt,
    ...(closing ? { closedAt: closing.closedAt } : {}),
    ...(intent.publication ? { publication: intent.publication } : {}),
    targets: intent.targets.map((id) => {
      const own = outcomes.filter((outcome) => outcome.target === id);
      const settings = config.targets[id];
      return {
        id,
        kind: settings?.kind ?? 'unknown',
        list: settings?.list ?? 'unknown',
        status: !closing && writing.has(id) ? 'running' : targetStatusOf(own),
        outcomes: own,
        ...(intent.notes?.[id] === undefined ? {} : { notes: intent.notes[id] }),
      };
    }),
    events: closing?.events ?? intent.events,
    armWrites: outcomes.reduce((sum, { writes }) => sum + writes, 0),
    ...(outcomes.some(({ resumed }) => resumed) ? { armWritesAtLeast: true } : {}),
  };
}

/** Targets that a run which is asked for covers, as far as the config knows them. */
export function coveredBy({ targets }: RunMessage, config: Config): readonly string[] {
  return Object.keys(config.targets).filter((id) => targets === undefined || targets.includes(id));
}

/** A run that was asked for and has no intent yet. */
export function viewOfRequest(message: RunMessage, config: Config): RunView {
  const { run, trigger, by } = message;
  const targets = coveredBy(message, config).map((id) => {
    const { kind = 'unknown', list = 'unknown' } = config.targets[id] ?? {};
    return { id, kind, list, status: 'queued', outcomes: [] } as const;
  });
  return { run, status: 'queued', trigger, ...(by === undefined ? {} : { by }), targets, events: [], armWrites: 0 };
}
