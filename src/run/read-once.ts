import { readPublication } from '../core/publication/read-publication.ts';
import type { Fetched, Source } from '../ports/source.ts';
import type { Inspected, TargetReader } from '../ports/target.ts';
import type { PlanContext, ReadableTarget } from './context.ts';

/**
 * The same context at one moment: what is asked for a second time is answered as the first time, so that two plans which
 * are compared differ by what they are planned for and by nothing else, and Azure and the source are asked once.
 */
export function readOnce(context: PlanContext): PlanContext {
  const now = context.now();
  const { source, readRegistry, discovery, ledgers, targetRecords, publications, controls } = context;
  return {
    loaded: context.loaded,
    log: context.log,
    now: () => now,
    targets: new Map([...context.targets].map(([id, target]) => [id, readTargetOnce(target)])),
    source: once(async () => readSourceOnce(await source())),
    readFile: readFileOnce(),
    readRegistry: perKey((id, signal: AbortSignal) => readRegistry(id, signal)),
    ...(discovery === undefined ? {} : { discovery: { read: once((signal: AbortSignal) => discovery.read(signal)) } }),
    ledgers: { current: once(() => ledgers.current()), get: perKey((name) => ledgers.get(name)) },
    targetRecords: { get: perKey((id) => targetRecords.get(id)), atOnce: once(() => targetRecords.atOnce()) },
    publications: {
      get: perKey((digest) => publications.get(digest)),
      bytes: perKey((digest) => publications.bytes(digest)),
      snapshot: perKey((digest) => publications.snapshot(digest)),
    },
    controls: { all: once(() => controls.all()) },
  };
}

function readTargetOnce(target: ReadableTarget): ReadableTarget {
  const { id, definition, mark, lane, sharedLane } = target;
  return {
    id,
    definition,
    mark,
    lane,
    ...(sharedLane === undefined ? {} : { sharedLane }),
    open: once(async (): Promise<TargetReader> => {
      const reader = await target.open();
      const inspect = (resource: string, signal: AbortSignal): Promise<Inspected> =>
        reader.inspect?.(resource, signal) ?? Promise.resolve({ problems: [], behind: [] });
      return {
        read: once((signal: AbortSignal) => reader.read(signal)),
        ...(reader.inspect === undefined ? {} : { inspect: perKey(inspect) }),
      };
    }),
  };
}

function readSourceOnce(source: Source): Source {
  const { others } = source;
  return {
    candidates: replayed((signal: AbortSignal, lastGoodUrl?: string) => source.candidates(signal, lastGoodUrl)),
    ...(others === undefined
      ? {}
      : { others: replayed((signal: AbortSignal, taken: Fetched) => others.call(source, signal, taken)) }),
  };
}

/** The same bytes are parsed once: at one moment they say the same, however often they are judged. */
function readFileOnce(): typeof readPublication {
  const results = new WeakMap<Uint8Array, ReturnType<typeof readPublication>>();
  return (bytes, ...rest) => {
    const result = results.get(bytes) ?? readPublication(bytes, ...rest);
    results.set(bytes, result);
    return result;
  };
}

/** The answer to the first call, to every call. */
function once<A extends unknown[], T>(ask: (...asked: A) => Promise<T>): (...asked: A) => Promise<T> {
  let answer: Promise<T> | undefined;
  return (...asked) => (answer ??= ask(...asked));
}

/** The answer to the first call with a key, to every call with it. */
function perKey<A extends unknown[], T>(
  ask: (key: string, ...asked: A) => Promise<T>,
): (key: string, ...asked: A) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (key, ...asked) => {
    const answer = answers.get(key) ?? ask(key, ...asked);
    answers.set(key, answer);
    return answer;
  };
}

/** Each item is asked for once, and only when somebody gets that far; a failure comes again at its place. */
function replayed<A extends unknown[], T>(open: (...asked: A) => AsyncIterable<T>): (...asked: A) => AsyncIterable<T> {
  const seen: Promise<IteratorResult<T>>[] = [];
  let items: AsyncIterator<T> | undefined;
  return async function* (...asked) {
    items ??= open(...asked)[Symbol.asyncIterator]();
    for (let i = 0; ; i++) {
      const item = seen[i] ?? items.next();
      seen[i] = item;
      const { done, value } = await item;
      if (done) return;
      yield value;
    }
  };
}
