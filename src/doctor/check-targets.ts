import { familyNames } from '../core/address/family.ts';
import { messageOf } from '../core/errors.ts';
import { quantity } from '../core/judge/arithmetic.ts';
import { entryKey } from '../core/plan/foreign.ts';
import type { Live } from '../core/plan/live.ts';
import type { Plan } from '../core/plan/plan-types.ts';
import { TargetError } from '../ports/target.ts';
import type { ConfiguredTarget, RunContext } from '../run/context.ts';
import { openPreflight } from '../run/plan-targets.ts';
import { placeIn } from '../run/rights.ts';
import { bad, type Check, good, note } from './check.ts';
import { type ReadArm, unanswered } from './check-rights.ts';

/** Log lines of targets while they were read, by target. */
export type Heard = ReadonlyMap<string, readonly { readonly message: string; readonly fields: object }[]>;

/** Existence, ownership, state and room of every target and of the firewalls behind it, and locks on what it writes. */
export async function checkTargets(
  context: RunContext,
  readArm: ReadArm,
  heard: Heard,
  signal: AbortSignal,
): Promise<Check[]> {
  const preflight = openPreflight(signal);
  const checks = await Promise.all(
    [...context.targets.values()].map(async (target): Promise<Check[]> => {
      const of = `target ${target.id}`;
      try {
        const opened = await target.open();
        const { identity } = context.loaded.config.targets[target.id] ?? {};
        const live = await preflight(opened, await opened.read(signal), identity);
        const found = [
          ...live.problems.map(({ text, next }) => bad(of, text, next)),
          ...failedIn(of, live),
          ...ownershipOf(context, target, live),
          ...roomOf(context, target, live),
          ...limitsHeard(of, heard.get(target.id) ?? []),
          ...(await locksOf(context, target, live, readArm, signal)),
        ];
        if (found.some(({ result }) => result === 'bad')) return found;
        const entries = live.units.reduce((sum, unit) => sum + unit.entries.length, 0);
        const units =
          live.units.length === 0
            ? 'nothing there yet; the first run creates it'
            : quantity(entries, 'entry', 'entries');
        return [good(of, `${target.definition.kind}, readable, ${units}`), ...found];
      } catch (error) {
        if (signal.aborted) return [bad(of, 'cannot be read: no answer in time', unanswered)];
        const text = messageOf(error);
        const next =
          error instanceof TargetError || target.definition.rights.length > 0
            ? 'the message says what to do'
            : 'its list is in storage, see there';
        return [bad(of, text, next)];
      }
    }),
  );
  return checks.flat();
}

/** Runs write a resource in state Failed again, a few times. */
function failedIn(of: string, { units }: Live): Check[] {
  return units
    .filter(({ state }) => state === 'Failed')
    .map(({ key, repair }) =>
      bad(
        of,
        `${key} is in state Failed`,
        `the next run writes it again; by hand: ${repair ?? 'save it in the portal without a change'}`,
      ),
    );
}

function ownershipOf(context: RunContext, { id, mark }: ConfiguredTarget, live: Live): Check[] {
  const { adopt, formerly } = context.loaded.config.targets[id] ?? {};
  const former = formerly === undefined ? undefined : `${context.loaded.config.instance}/${formerly}`;
  const of = `target ${id}`;
  return live.units.flatMap((unit): Check[] => {
    if (unit.mark === mark || (unit.mark !== undefined && unit.mark === former)) return [];
    if (unit.mark !== undefined) {
      return [
        bad(
          of,
          `${unit.key} belongs to ${unit.mark}`,
          'take this target out of one of the two configs, or give it another name; nothing is written to it',
        ),
      ];
    }
    if (adopt || unit.entries.length === 0 || context.targets.get(id)?.definition.shared) return [];
    return [
      note(
        of,
        `${unit.key} holds ${quantity(unit.entries.length, 'entry', 'entries')} and carries no mark`,
        'set "adopt": true to take it over; nothing is written before',
      ),
    ];
  });
}

function roomOf(context: RunContext, { id, definition }: ConfiguredTarget, live: Live): Check[] {
  const settings = context.loaded.config.targets[id]?.settings;
  if (!settings) return [];
  const { entriesPerUnit, maxUnits, families } = definition.layout(settings);
  const of = `target ${id}`;
  return families.flatMap((family): Check[] => {
    const entries = live.units
      .filter((unit) => unit.family === family)
      .reduce((sum, unit) => sum + unit.entries.length, 0);
    const most = entriesPerUnit * maxUnits;
    if (entries < most * 0.9) return [];
    const text = `${entries} of at most ${most} ${familyNames[family]} entries are there`;
    return [
      entries >= most
        ? bad(of, text, 'split the list, or raise the limit of the target if Azure allows it')
        : note(of, text),
    ];
  });
}

/** Log lines of an adapter about limits that several targets share. */
function limitsHeard(of: string, said: readonly { readonly message: string; readonly fields: object }[]): Check[] {
  return said.flatMap(({ message, fields }): Check[] => {
    const { limit, addresses, rules } = fields as Readonly<Record<string, number | undefined>>;
    const count = addresses ?? rules;
    if (limit === undefined || count === undefined) return [];
    const text = `${message}: ${count} of ${limit}`;
    return [
      count >= limit
        ? bad(of, text, 'take rules or lists out of it; a write that goes over the limit is refused')
        : note(of, text),
    ];
  });
}

async function locksOf(
  context: RunContext,
  { id, definition }: ConfiguredTarget,
  live: Live,
  readArm: ReadArm,
  signal: AbortSignal,
): Promise<Check[]> {
  const { identity = 'app', settings, mode } = context.loaded.config.targets[id] ?? { settings: {}, mode: 'sync' };
  const { subscriptionId, resourceGroup } = placeIn(settings);
  if (definition.rights.length === 0 || !subscriptionId || !resourceGroup || mode === 'report-only') return [];
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
  const of = `target ${id}`;
  let value: unknown;
  try {
    ({ value } = await readArm(`${group}/providers/Microsoft.Authorization/locks`, identity, signal));
  } catch (error) {
    if (!(error instanceof TargetError) || error.kind !== 'forbidden') throw error;
    return [note(of, `locks cannot be looked up at ${group}: Microsoft.Authorization/locks/read is missing there`)];
  }
  const placed = new Set([subscriptionId, resourceGroup]);
  const own = Object.values(settings).filter((one): one is string => typeof one === 'string' && !placed.has(one));
  const names = new Set([...live.units.map(({ key }) => key), ...own].map((name) => name.toLowerCase()));
  return (Array.isArray(value) ? value : []).flatMap(({ id: lock, properties }): Check[] => {
    const [scope = '', name = ''] = String(lock).split(/\/providers\/Microsoft\.Authorization\/locks\//i);
    // Within the group, only locks on resources of this target count.
    const inside = scope.toLowerCase().startsWith(`${group.toLowerCase()}/`);
    const within = scope.slice(group.length).toLowerCase().split('/');
    if (inside && !within.some((part) => names.has(part))) return [];
    const next = 'remove the lock, or take the target out of the config';
    if (properties?.level === 'ReadOnly') return [bad(of, `the lock ${name} on ${scope} forbids every write`, next)];
    return [
      note(of, `the lock ${name} on ${scope} forbids deletions`, 'a list that becomes empty could not be deleted'),
    ];
  });
}

/**
 * Foreign entries of a target, and those of them that make the list moot.
 * @param asked ids of the parts that a run has asked about: only these can be approved.
 */
export function checkForeign({ target, foreign, broad = [] }: Plan, asked: ReadonlySet<string>): Check[] {
  const of = `target ${target}`;
  const keys = new Set(broad.map(({ unit, entry }) => entryKey(unit, entry)));
  const others = foreign.filter(({ unit, entry }) => !keys.has(entryKey(unit, entry)));
  return [
    ...broad.map(({ unit, entry, addresses, part }) => {
      const size = addresses === undefined ? 'every address' : quantity(BigInt(addresses), 'address', 'addresses');
      return bad(
        of,
        `${entry} in ${unit} was not written by this service and lets in ${size}, more than the list`,
        asked.has(part)
          ? `to remove it: npm run -s cli -- approve ${part} --why "..."; to keep it: npm run -s cli -- decline ${part} --why "..."`
          : 'start a run, which asks for a decision, or remove the entry in Azure',
      );
    }),
    ...(others.length > 0
      ? [note(of, `${quantity(others.length, 'entry', 'entries')} that this service did not write: kept as they are`)]
      : []),
  ];
}
