import { messageOf } from '../core/errors.ts';
import { quantity } from '../core/judge/arithmetic.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import { refusedBecause } from '../core/plan/plan-types.ts';
import { feedsOf } from '../feeds/feed-server.ts';
import { inForceText } from '../messages/publication.ts';
import type { RunContext } from '../run/context.ts';
import { planRun } from '../run/plan.ts';
import { grantsOf } from '../run/rights.ts';
import { testChannels } from '../run/test-channels.ts';
import { bad, type Check, clockFailure, good, nextOfStorage, note } from './check.ts';
import { checkAnswers } from './check-answers.ts';
import { checkRecords } from './check-records.ts';
import { checkNamed, checkRegistries, checkRights, type ReadArm } from './check-rights.ts';
import { checkSecrets } from './check-secrets.ts';
import { checkPageKey, checkSignInOf } from './check-sign-in.ts';
import { checkDiscovery, checkSource } from './check-source.ts';
import { checkForeign, checkTargets, type Heard } from './check-targets.ts';

/** The place that `doctor` runs in: its environment, and whether a sign-in admits clients there. */
interface Vantage {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signIn: boolean;
}

interface Examined {
  readonly context: RunContext;
  readonly readArm: ReadArm;
  /** The time by Azure's clock; undefined if no response had it. */
  readonly clock: (signal: AbortSignal) => Promise<Date | undefined>;
  readonly heard: Heard;
  readonly from: Vantage;
  /** Sends a test message through every channel: others see it, so only on request. */
  readonly channels: boolean;
}

/** Time limit for the checks that need Resource Manager. */
const patienceMs = 40_000;

/** A clock that is off by more is a fault: tokens and leases depend on it. */
const maxOffMs = 300_000;

/** Checks all that a run depends on, against the real resources. Writes nothing; sends only test messages, on request. */
export async function examine(examined: Examined, signal: AbortSignal): Promise<Check[]> {
  const { context, readArm, heard } = examined;
  const storage = await checkStorage(context);
  const records = storage.result === 'bad' ? [] : [await checkRecords(context, examined.from.env)];
  // A run waits out an outage of minutes; an operator at a terminal does not.
  const soon = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const [clock, source, discovery, rights, named, registries, targets, signIn, secrets, channels] = await Promise.all([
    checkClock(examined, soon),
    checkSource(context, await ledgerOf(context, storage), signal),
    checkDiscovery(context, soon),
    checkRights(context, readArm, soon),
    checkNamed(context, readArm, soon),
    checkRegistries(context, soon),
    checkTargets(context, readArm, heard, soon),
    checkSignInOf(examined.from.env, soon),
    checkSecrets(context.loaded.config, examined.from.env, soon),
    examined.channels ? checkChannels(context, signal) : [],
  ]);
  const pageKey = checkPageKey(examined.from.env);
  const found = [
    checkConfig(context),
    ...notesOn(context),
    clock,
    storage,
    ...records,
    source,
    ...discovery,
    ...rights,
    ...named,
    ...registries,
    ...targets,
    signIn,
    ...(pageKey ? [pageKey] : []),
    ...checkAnswers(context, examined.from),
    ...checkFeeds(context, examined.from),
    ...secrets,
    ...channels,
  ];
  // With readable storage and source, a run can be planned up to its first write.
  const answers = !soon.aborted && clock.result !== 'bad';
  const readable = answers && storage.result !== 'bad' && source.result !== 'bad';
  return readable ? [...found, ...(await checkPlans(context, found, signal))] : found;
}

function checkConfig({ loaded, refusedConfig, targets }: RunContext): Check {
  const text = `instance ${loaded.config.instance}, cloud ${loaded.config.cloud}, ${quantity(targets.size, 'target')}, hash ${loaded.hash.slice(0, 12)}`;
  if (!refusedConfig) return good('config', text);
  return bad('config', `${refusedConfig.text}\n      The last good one is in force: ${text}`, 'correct it');
}

/** Allowed settings that are probably unintended, such as a list without a target. */
function notesOn({ loaded }: RunContext): Check[] {
  return loaded.notes.map(({ path, expected, got, hint }) => {
    const where = path === '' ? '' : `${path}: `;
    return note('config', `${where}expected ${expected}; got ${got}`, hint === '' ? undefined : hint);
  });
}

async function checkClock({ clock, context }: Examined, signal: AbortSignal): Promise<Check> {
  const before = Date.now();
  try {
    const theirs = await clock(signal);
    if (!theirs) return note('clock', 'no response of Azure had a time to compare with');
    const off = Math.round((before - theirs.getTime()) / 1000);
    if (Math.abs(off) * 1000 <= maxOffMs) return good('clock', `within ${Math.abs(off)} s of Azure's`);
    return bad(
      'clock',
      `${Math.abs(off)} s ${off > 0 ? 'ahead of' : 'behind'} Azure's`,
      'set the clock of this machine by NTP',
    );
  } catch (error) {
    const { text, next, unreachable } = clockFailure(error, lineOf(error));
    const definitions = [...context.targets.values()].map(({ definition }) => definition);
    if (!unreachable || grantsOf(context.loaded.config, definitions).length > 0) return bad('clock', text, next);
    return note('clock', `not compared with Azure's, and nothing in this config is in Azure Resource Manager: ${text}`);
  }
}

async function checkStorage({ ledgers }: RunContext): Promise<Check> {
  try {
    const current = await ledgers.current();
    const accepted = current?.ledger.accepted;
    return good('storage', accepted ? `readable; ${inForceText(accepted)}` : 'readable; no publication yet');
  } catch (error) {
    return bad('storage', `cannot be read: ${lineOf(error)}`, nextOfStorage(error));
  }
}

async function ledgerOf({ ledgers }: RunContext, { result }: Check): Promise<Ledger | undefined> {
  return result === 'bad' ? undefined : (await ledgers.current())?.ledger;
}

/** Whether each feed has a client that can pull it, one line each; whether its secrets are set, checkSecrets() says. */
function checkFeeds(context: RunContext, { signIn }: Vantage): Check[] {
  return feedsOf(context).map(({ id, settings: { name, devices, keys, publish } }): Check => {
    const of = `feed ${name}`;
    const users = Object.keys(devices);
    if (users.length + keys.length > 0) {
      const clients = [...users, ...(keys.length > 0 ? [quantity(keys.length, 'key')] : [])];
      return good(of, `opened by ${clients.join(', ')}`);
    }
    if (signIn) return good(of, 'opened by a sign-in only');
    if (publish) return good(of, `fetched from the blob ${publish.container}/${publish.blob} only`);
    return bad(
      of,
      'no client can pull it: it has neither devices nor keys, and no sign-in is set up here',
      `give targets.${id} \`devices\` or \`keys\`; if a sign-in should open it, set SERVICE_TAG_SYNC_EASY_AUTH=1 here as in the app`,
    );
  });
}

async function checkChannels(context: RunContext, signal: AbortSignal): Promise<Check[]> {
  return (await testChannels(context, undefined, signal)).map(({ channel, kind, ok, text }) =>
    ok
      ? good(`channel ${channel}`, `${kind}: ${text}`)
      : bad(
          `channel ${channel}`,
          `${kind}: ${text}`,
          'correct its address or secret, or repair its receiver; then test it again',
        ),
  );
}

/** Refusals and foreign entries that a run would report now, except those that other checks have reported. */
async function checkPlans(context: RunContext, known: readonly Check[], signal: AbortSignal): Promise<Check[]> {
  const { planned, before } = await planRun(context, undefined, signal);
  const last = before === undefined ? undefined : await context.ledgers.get(before);
  const asked = new Set(last?.asked?.map(({ part }) => part));
  const foreign = planned.flatMap(({ plan }) => checkForeign(plan, asked));
  const refused = planned.flatMap(({ plan }) => {
    const of = `target ${plan.target}`;
    if (known.some((check) => check.of === of && check.result !== 'good')) return [];
    return refusedBecause(plan).map(({ text, next }) => bad(of, text, next));
  });
  return [...foreign, ...refused];
}

function lineOf(error: unknown): string {
  return messageOf(error).replace(/\s+/g, ' ').trim();
}
