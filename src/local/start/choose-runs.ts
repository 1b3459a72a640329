import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../../config/config.ts';
import { knownKinds } from '../../config/load.ts';
import { UsageError } from '../../core/errors.ts';
import { resolveSecret, type SecretRef } from '../../ports/secret.ts';
import { firstCandidate, SourceError } from '../../ports/source.ts';
import { madeUp } from '../../run/sandbox.ts';
import { storyEnd, writeSample } from '../../simulator/sample/generate.ts';
import { downloadCentre } from '../../sources/download-centre.ts';
import type { DownloadCentreConfig } from '../../sources/download-schema.ts';
import type { Store } from '../../store/open.ts';
import type { DataFolder } from './data-folder.ts';
import type { StartOptions } from './options.ts';
import { publicationsIn } from './publication-runs.ts';

/** What the first runs look at. */
export type ChosenRuns =
  | {
      readonly kind: 'files';
      readonly via: 'folder' | 'sample';
      readonly files: readonly string[];
      readonly notes: readonly string[];
      /** Why, for who wants to know more. */
      readonly details?: readonly string[];
    }
  | { readonly kind: 'source'; readonly via?: 'sample'; readonly notes: readonly string[] };

/** No run is made: no publication was ever accepted here, and no way leads to one. */
export interface RefusedStart {
  readonly kind: 'refused';
  readonly lines: readonly string[];
}

interface Around {
  readonly config: Config;
  readonly folder: DataFolder;
  readonly store: Store;
  readonly signal: AbortSignal;
}

/**
 * Chooses between the files that were named, the config's source, and the sample. The sample is made up, so it needs
 * everything it touches to be this process's own, and state that came from real publications never meets it, nor the
 * other way round. Throws UsageError where options and state do not go together. Writes nothing to ARM or storage.
 */
export async function chooseRuns(
  options: Pick<StartOptions, 'demo' | 'publications' | 'arm' | 'storage'>,
  around: Around,
): Promise<ChosenRuns | RefusedStart> {
  const { config, folder, store, signal } = around;
  // A demo asks nothing outside.
  const outside = options.demo ? servicesOf(options) : outsideOf(options, config);
  const state = await stateOf(folder, store);
  if (state.madeUp) {
    if (options.publications !== undefined) throw cannotGoOn('real files', 'an empty folder with --data');
    if (outside.length > 0) {
      const place = options.storage === undefined ? 'an empty folder with --data' : 'storage without that state';
      throw cannotGoOn(outside.map(({ what }) => what).join(' and '), place);
    }
  }
  if (options.publications !== undefined) {
    const { files, leftOut } = await publicationsIn(options.publications, config.cloud);
    const notes = leftOut.map(({ name, why }) => `not used: ${name} (${why})`);
    return { kind: 'files', via: 'folder', files, notes };
  }
  if (config.source.kind === madeUp) return configuredSample(options, state);
  if (options.demo && state.real) {
    throw new UsageError(
      'The state here came from real publications: --demo, which is made up, cannot go on from it. Give an empty folder with --data, or leave --data out.',
    );
  }
  if (state.madeUp) {
    if (state.date !== undefined && state.date > storyEnd.toISOString()) throw ofAnotherSample(state.date);
    const why = 'the state here came from the sample; for real publications give another folder with --data';
    return sampleRuns(config, folder, why);
  }
  if (options.demo) return sampleRuns(config, folder, 'asked for with --demo');
  // What is active stays active: the run asks the source itself, and reports if that leads to nothing.
  if (state.accepted) return { kind: 'source', notes: [] };
  const briefly = outside.length === 0;
  const misses = await whyNothing(config, { signal, briefly });
  if (misses === undefined) return { kind: 'source', notes: [] };
  const reasons = [...outside.map(({ why }) => why), ...(state.real ? ['this folder has seen real publications'] : [])];
  if (reasons.length > 0) return refused(misses, reasons);
  const why = "Microsoft's file cannot be fetched from here; --verbose says how each way failed";
  return { ...(await sampleRuns(config, folder, why)), details: misses.misses };
}

/** The sample, with a prominent label. */
async function sampleRuns(
  config: Config,
  folder: DataFolder,
  why: string,
): Promise<ChosenRuns & { readonly kind: 'files' }> {
  const files = await writeSample(path.join(folder.path, 'sample'), { end: storyEnd, cloud: config.cloud });
  const notes = [
    `SAMPLE: ${files.length} made-up publications of January 2024, not Microsoft's addresses`,
    `why: ${why}`,
  ];
  const silent = Object.entries(config.channels).flatMap(([id, { kind }]) => (kind === 'log' ? [] : [id]));
  if (silent.length > 0) notes.push(`no notices of made-up changes are sent: ${silent.join(', ')}`);
  return { kind: 'files', via: 'sample', files, notes };
}

/** A config may name made-up publications of its own, for the simulated Azure alone. */
function configuredSample(options: Pick<StartOptions, 'arm' | 'storage'>, state: State): ChosenRuns {
  const outside = servicesOf(options);
  if (outside.length > 0 || state.real) {
    const met = outside.length > 0 ? outside.map(({ what }) => what).join(' and ') : 'state from real publications';
    throw new UsageError(
      `The config's source is of kind sample, which is made up: it cannot meet ${met}. Leave that out, or name a source of real publications.`,
    );
  }
  return { kind: 'source', via: 'sample', notes: ["SAMPLE: made-up publications, as the config's source says"] };
}

function refused({ misses, next }: Misses, reasons: readonly string[]): RefusedStart {
  return {
    kind: 'refused',
    lines: [
      'No publication was ever accepted here and none can be fetched: no run was made, nothing was written. Tried:',
      ...misses.map((miss) => `  ${miss}`),
      `The sample, which is made up, is not used: ${reasons.join('; ')}.`,
      `Next: ${[...next, 'check the network and the proxy (HTTPS_PROXY, NO_PROXY), give files with --publications PATH, or name a mirror, a file or a folder in `source` of the config'].join('; ')}.`,
    ],
  };
}

function cannotGoOn(what: string, place: string): UsageError {
  return new UsageError(
    `The state here came from the sample, which is made up: ${what} cannot go on from it. Give ${place}.`,
  );
}

/** Its weeks were others: every file of this one would be older than what is in force. */
function ofAnotherSample(date: string): UsageError {
  return new UsageError(
    `The state here came from the sample of another version, whose last file is of ${date}: expected state of this one, whose files are of January 2024. Give an empty folder with --data.`,
  );
}

/** Something that is not this process's own: as an option names it, and why the sample stays away from it. */
interface Outside {
  readonly what: string;
  readonly why: string;
}

function servicesOf({ arm, storage }: Pick<StartOptions, 'arm' | 'storage'>): Outside[] {
  return [
    ...(arm === undefined ? [] : [{ what: '--arm', why: '--arm names a Resource Manager' }]),
    ...(storage === undefined ? [] : [{ what: 'a named storage account', why: 'a storage account is named' }]),
  ];
}

function outsideOf(options: Pick<StartOptions, 'arm' | 'storage'>, config: Config): Outside[] {
  const named = !isDefaultSource(config) && config.source.kind !== madeUp;
  const source = { what: "the config's own source", why: 'the config names its own source' };
  return [...servicesOf(options), ...(named ? [source] : [])];
}

interface State {
  /** It came from the sample. */
  readonly madeUp: boolean;
  /** It came from real publications, of this instance or another one. */
  readonly real: boolean;
  /** A real publication is active, or will be once the run that was left open has ended. */
  readonly accepted: boolean;
  /** Of the publication that is active, ISO 8601. */
  readonly date?: string;
}

/** The folder and the storage both know: where a storage account is named they are two places. */
async function stateOf(folder: DataFolder, store: Store): Promise<State> {
  const inForce = (await store.ledgers.current())?.ledger.accepted;
  const coming = (await store.runs.open())?.intent.publication;
  const vias = [inForce, coming].flatMap((publication) => (publication ? [publication.provenance.via] : []));
  const accepted = vias.some((via) => via !== madeUp);
  return {
    madeUp: folder.origin === 'sample' || vias.includes(madeUp),
    real: folder.origin === 'real' || accepted,
    accepted,
    ...(inForce ? { date: inForce.date } : {}),
  };
}

/** Offline, four minutes are too long to wait: one attempt each, and a file may take half of the time. */
const brief = { attempts: 1, attemptSeconds: 30, totalSeconds: 60 };

/** Whether the config leaves it to the product where publications come from: the download centre, as it is by default. */
function isDefaultSource({ source: { kind, settings } }: Config): boolean {
  return kind === downloadCentre.kind && isDeepStrictEqual(settings, downloadCentre.schema.parse({}));
}

/** What each way answered, and what to do about it. */
interface Misses {
  readonly misses: readonly string[];
  readonly next: readonly string[];
}

/**
 * Asks the config's source as a run would, until one way leads to a file. Gives what each way answered if none does,
 * nothing if one did. `briefly`: once per way, and soon.
 */
async function whyNothing(
  { cloud, source: { kind, settings } }: Config,
  { signal, briefly }: { readonly signal: AbortSignal; readonly briefly: boolean },
): Promise<Misses | undefined> {
  const definition = knownKinds.sources.find((one) => one.kind === kind);
  if (!definition) throw new Error(`the source is of kind ${kind}, which this version does not know`);
  const own = briefly && kind === downloadCentre.kind ? { ...(settings as DownloadCentreConfig), ...brief } : settings;
  try {
    const secret = (ref: SecretRef): string => resolveSecret(ref, process.env);
    await firstCandidate(await definition.open(own, { cloud, now: () => new Date(), secret }), signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    // A failure over the network names its address; a path is named in the message alone.
    const misses = kind === downloadCentre.kind && error.tried.length > 0 ? error.tried : [error.message];
    return { misses, next: error.next };
  }
}
