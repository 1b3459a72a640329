import { distinctPersons } from '../core/decisions/person.ts';
import type { RunMessage } from '../ports/queues.ts';

/** A requested run, as the row `requested` keeps it. */
interface Asked extends Pick<RunMessage, 'run' | 'trigger' | 'targets' | 'by'> {
  /** When it was asked for first, ISO 8601. */
  readonly at: string;
  /**
   * The generation that a worker began it as, to read its inputs: what is asked for from now on is for the next one. An
   * older version names none: 0.
   */
  readonly begun?: number;
}

/**
 * The row `requested`. `message` and `at` are all that versions before `asked` wrote and all that they read: a run
 * without targets, which such a version begins over all of them, so that nothing is lost that was asked for.
 */
interface Requested {
  readonly message: RunMessage;
  readonly at: string;
  /** Oldest first; absent in rows of those versions. */
  readonly asked?: readonly Asked[];
}

/** Runs that a row holds. One of an older version counts as begun, because that version says nothing of it. */
export function requestedIn(row: object | undefined): readonly Asked[] {
  if (row === undefined) return [];
  const { message, at, asked } = row as Requested;
  if (asked !== undefined) return asked;
  const { run, trigger, targets } = message;
  return [{ run, trigger, at, begun: 0, ...(targets === undefined ? {} : { targets }) }];
}

/** The row that holds these runs, of which there is at least one. */
export function rowOf(asked: readonly Asked[]): object {
  const next = asked.find(({ begun }) => begun === undefined) ?? asked.at(-1);
  if (next === undefined) throw new RangeError('expected a run that is asked for, got none');
  const { run, trigger, at } = next;
  return { message: { schema: 1, run, trigger }, at, asked } satisfies Requested;
}

/** What messages and views say about a requested run. */
export function messageOf({ run, trigger, targets, by }: Asked): RunMessage {
  return {
    schema: 1,
    run,
    trigger,
    ...(targets === undefined ? {} : { targets }),
    ...(by === undefined ? {} : { by }),
  };
}

/** Adds a request to the run that has not begun, or as a run of its own if there is none; `standing` is that run. */
export function withRequest(
  asked: readonly Asked[],
  { run, trigger, targets, by }: RunMessage,
  at: string,
): { readonly asked: readonly Asked[]; readonly standing: Asked } {
  const queued = asked.find(({ begun }) => begun === undefined);
  if (queued === undefined) {
    const standing = {
      run,
      trigger,
      at,
      ...(targets === undefined ? {} : { targets }),
      ...(by === undefined ? {} : { by }),
    };
    return { asked: [...asked, standing], standing };
  }
  const { targets: before, by: others = [], ...rest } = queued;
  const both = before && targets && [...new Set([...before, ...targets])];
  const persons = distinctPersons([...others, ...(by ?? [])]);
  const standing = {
    ...rest,
    ...(both === undefined ? {} : { targets: both }),
    ...(persons.length === 0 ? {} : { by: persons }),
  };
  return { asked: asked.map((one) => (one === queued ? standing : one)), standing };
}

/** This run as the only one that has begun: its worker holds the run lease, so no other run is being begun. */
export function withBegun(asked: readonly Asked[], run: string, generation: number): readonly Asked[] {
  return asked.map(({ begun: _, ...one }) => (one.run === run ? { ...one, begun: generation } : one));
}
