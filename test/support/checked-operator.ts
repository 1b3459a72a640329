import type { DomainEvent } from '../../src/core/event.ts';
import { told } from '../../src/http/runs.ts';
import type { Operator } from '../../src/operator/operator.ts';
import { faultsOf } from './answers.ts';

/** What the API makes of an answer of the operator, by the name of its schema. */
const answers: { readonly [Q in keyof Operator]?: (view: Awaited<ReturnType<Operator[Q]>>) => [string, unknown] } = {
  record: (view) => ['RecordedDecisions', view],
  status: ({ lastRun, ...view }) => ['Status', { ...view, ...(lastRun ? { lastRun: told(lastRun) } : {}) }],
  holds: (holds) => ['Holds', { holds }],
  inbox: (view) => ['Inbox', view],
  registries: (view) => ['Registries', view],
  lookup: (view) => ['Lookup', view],
  changes: (view) => ['Changes', view],
  version: (view) => ['Version', view],
  publications: (publications) => ['Publications', { publications }],
  diff: (view) => ['Diff', view],
  why: (view) => ['Why', view],
  plan: (view) => ['PlanAnswer', view],
  preview: (view) => ['PreviewAnswer', view],
  runs: ({ runs, ...more }) => ['RunsAnswer', { ...more, runs: runs.map((run) => ({ ...run, href: '' })) }],
  run: (view) => ['RunAnswer', view && told(view)],
};

/** The operator, whose answers are checked by the schemas of the API: what scenarios bring about is richer than samples. */
export function checkedOperator(operator: Operator): Operator {
  return new Proxy(operator, {
    get(target, name: keyof Operator) {
      const answer = answers[name] as ((view: unknown) => [string, unknown]) | undefined;
      const asked = target[name] as (...given: unknown[]) => Promise<unknown>;
      if (answer === undefined) return asked;
      return async (...given: unknown[]) => {
        const view = await asked(...given);
        if (view !== undefined) checkView(...answer(view));
        return view;
      };
    },
  });
}

/** The run, checked in the same way. */
export function checkedRun<V extends { readonly events: readonly DomainEvent[] }>(view: V): V {
  checkView('Run', told(view));
  return view;
}

function checkView(schema: string, view: unknown): void {
  const faults = faultsOf(schema, view);
  if (faults.length > 0) throw new Error(`an answer is no ${schema} of the API:\n${faults.join('\n')}`);
}
