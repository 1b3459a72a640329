import type { HttpResponseInit } from '@azure/functions';
import type { DomainEvent } from '../core/event.ts';
import { textOf } from '../messages/text-of.ts';
import type { DryRun, RequestedRun, RunView } from '../run/service.ts';

/** An answer that names the run to look for. */
export function withRun(answer: HttpResponseInit, { run }: Pick<RequestedRun, 'run'>): HttpResponseInit {
  return { ...answer, headers: { ...answer.headers, location: `/api/runs/${encodeURIComponent(run)}` } };
}

/** A run in a list: what it was about and how it ended. */
export function runSummaryJson(view: RunView): object {
  const { run, status, trigger, startedAt, closedAt, publication, targets, armWrites, armWritesAtLeast } = view;
  return {
    run,
    status,
    trigger,
    startedAt,
    closedAt,
    publication: publication && {
      cloud: publication.cloud,
      changeNumber: publication.changeNumber,
      date: publication.date,
      file: publication.file,
    },
    targets: targets.map(({ id, kind, status }) => ({ id, kind, status })),
    armWrites,
    armWritesAtLeast,
    href: `/api/runs/${encodeURIComponent(run)}`,
  };
}

/** A run in full; each event with the words a person reads. */
export function runJson(view: RunView): object {
  return { ...view, events: view.events.map(withWords) };
}

/** What a run would do now. */
export function dryRunJson(dryRun: DryRun): object {
  return { dryRun: true, ...dryRun, events: dryRun.events.map(withWords) };
}

function withWords(event: DomainEvent): object {
  // Not `text`: some events have one of their own, and what came over HTTP is put into words again.
  return { ...event, words: textOf(event) };
}
