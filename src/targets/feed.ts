import * as z from 'zod';
import { ArmError } from '../azure/arm/arm-error.ts';
import { mustWrite, unitVersion } from '../azure/unit-state.ts';
import { type Family, families } from '../core/address/family.ts';
import type { Layout, Live, LiveUnit, UnitChange } from '../core/plan/live.ts';
import { type EntryKind, type FeedFormat, formatList } from '../feeds/format.ts';
import { defaultFormat, feedFormats, formatsFor } from '../feeds/formats/index.ts';
import { addressField } from '../ports/address-field.ts';
import type { FeedList, Feeds, ListOrigin, PublishedText } from '../ports/feeds.ts';
import { secret } from '../ports/secret.ts';
import type { Target, TargetContext, TargetDefinition } from '../ports/target.ts';

/** Source: PAN-OS external dynamic lists: 50,000 addresses on the smaller models; FortiOS takes 131,072. */
const ENTRIES_ON_SMALL_DEVICES = 50_000;

const prefix = addressField({ ranges: true });

const secrets = z.array(secret()).min(1).max(2);

const device = z.strictObject({
  secrets: secrets.describe(
    'Passwords of HTTP Basic, of 16 characters at least; the name of the device is the user. Two at a time, so that one can be replaced while the other one still works.',
  ),
  pullEvery: z
    .number()
    .positive()
    .max(24 * 365)
    .exactOptional()
    .describe(
      'Maximum hours between two pulls. A reader that is silent for longer is reported once. Absent: pulls are not watched.',
    ),
  addresses: z
    .array(prefix)
    .min(1)
    .exactOptional()
    .describe('Source addresses it may come from. Absent: from everywhere.'),
});

/** Formats that a feed can be in, of those that take what it holds. */
function formatOf(...kinds: readonly EntryKind[]) {
  return z
    .enum(formatsFor(...kinds))
    .default(defaultFormat.id)
    .describe(
      'Format of the list, and of its blob, where a request names none: see [feed-formats.md](feed-formats.md).',
    );
}

const schema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, '1 to 63 lower-case letters, digits and hyphens')
    .describe('Name in the address: "branches" is served at /api/feeds/branches.'),
  devices: z
    .record(z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'up to 64 letters, digits, . _ -'), device)
    .default({})
    .describe('Who may pull with HTTP Basic, by user name.'),
  keys: z
    .array(secret())
    .max(2)
    .default([])
    .describe(
      'Keys, of 16 characters at least, for clients that can send a header of their own: `x-functions-key`, or `?code=`, which ends up in logs of proxies. Two at a time.',
    ),
  addresses: z.array(prefix).default([]).describe('Source addresses that may pull at all. Empty: from everywhere.'),
  proxies: z
    .int()
    .min(0)
    .max(5)
    .default(0)
    .describe(
      "Proxies of your own before the app, each of which appends to X-Forwarded-For. Only its end is trusted: the entry that the platform's front end appended, or the one that many before it.",
    ),
  publish: z
    .strictObject({
      container: z
        .string()
        .regex(/^(\$web|[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9]))$/, 'the name of a blob container, or $web')
        .default('$web')
        .describe('Container in the storage account of the service.'),
      blob: z.string().min(1).max(200).describe('Name of the blob, such as "branches.txt".'),
    })
    .exactOptional()
    .describe('Puts the whole list into a blob as well, for devices that fetch from storage or a static website.'),
  format: formatOf('ipv4', 'ipv6'),
  maxEntries: z
    .int()
    .min(1)
    .default(ENTRIES_ON_SMALL_DEVICES)
    .describe('Most lines of one family that the devices take.'),
});

export type FeedConfig = z.output<typeof schema>;

export const feed: TargetDefinition<FeedConfig> = {
  kind: 'feed',
  summary: 'A list that this service serves itself, as plain text, for firewalls that pull.',
  schema,
  direction: 'egress',
  families,
  rights: [],
  reads: [],
  limits: [
    {
      name: 'entries of one family on smaller devices',
      value: ENTRIES_ON_SMALL_DEVICES,
      source: 'PAN-OS external dynamic lists',
      setting: 'maxEntries',
    },
  ],
  place: () => 'feeds',
  lane: (config) => `feed:${config.name}`,
  layout: (config): Layout => ({
    families,
    ...unitsOf(config),
    whenEmpty: 'delete',
  }),
  format(config) {
    const { id, takes, wildcards } = formatNamed(config.format);
    return { id, families: families.filter((family) => takes.includes(family)), wildcards: wildcards === true };
  },
  async open(config, { feeds, mark }) {
    if (feeds === undefined) throw new Error(`feed ${config.name}: expected a store for its list, got none`);
    return new FeedTarget(config, mark, feeds);
  },
};

const namesSchema = schema.extend({
  format: formatOf('names'),
  besides: z
    .array(z.string())
    .default([])
    .describe(
      'Ids of targets of addresses whose clients are under the rules made of these names too: they are ready for dedicated data endpoints when this one is.',
    ),
});

/** A feed of host names, from the same store and served in the same way. */
export const feedNames: TargetDefinition<FeedConfig> = {
  ...feed,
  kind: 'feed-names',
  summary:
    "Host names that this service serves itself, as plain text, for firewalls that pull: those of the list's registries and its `names`.",
  schema: namesSchema,
  families: [],
  holds: 'names',
  layout: (config): Layout => ({
    // A unit has a family; names have none and use this one.
    families: ['ipv4'],
    ...unitsOf(config),
    whenEmpty: 'refill',
  }),
};

/** What is the same in the layouts of both kinds. */
function unitsOf(config: FeedConfig): Pick<Layout, 'entriesPerUnit' | 'maxUnits' | 'settings' | 'unitKey'> {
  const entriesPerUnit = mostEntries(config);
  return {
    entriesPerUnit,
    maxUnits: 1,
    settings: { perUnit: entriesPerUnit < config.maxEntries ? 'format' : 'maxEntries' },
    unitKey: (family) => `${config.name}/${family}`,
  };
}

/** The list in the store. Sends nothing to ARM. */
class FeedTarget implements Target {
  readonly writes = 0;
  readonly #config: FeedConfig;
  readonly #mark: TargetContext['mark'];
  readonly #feeds: Feeds;

  constructor(config: FeedConfig, mark: string, feeds: Feeds) {
    this.#config = config;
    this.#mark = mark;
    this.#feeds = feeds;
  }

  async read(): Promise<Live> {
    const lists = await Promise.all(families.map((family) => this.#feeds.get(this.#config.name, family)));
    const units = lists.flatMap((list) => (list && list.entries.length > 0 ? [unitOf(list)] : []));
    return { units, problems: [] };
  }

  async write(change: UnitChange, _signal: AbortSignal, origin?: ListOrigin): Promise<void> {
    const { name } = this.#config;
    const { family, entries } = change;
    const subject = `feed ${change.key}`;
    const stored = await this.#feeds.get(name, family);
    const now = stored && stored.entries.length > 0 ? unitOf(stored) : undefined;
    if (mustWrite(subject, change, now, this.#mark)) {
      const version = unitVersion([entries, this.#mark]);
      const list = { feed: name, family, entries, mark: this.#mark, version, ...(origin ? { origin } : {}) };
      const put = await this.#feeds.put(list, stored?.version);
      if (put === 'changed') {
        throw new ArmError('conflict', `${subject}: it was changed meanwhile. Nothing was written: plan again.`);
      }
    }
    await publishFeed(this.#feeds, this.#config);
  }
}

/**
 * Brings the static blob of a feed, if it has one, to what is served. True if it had to be written. Throws FormatError for a
 * list that its format does not take.
 */
export async function publishFeed(feeds: Feeds, config: FeedConfig): Promise<boolean> {
  const { name, publish } = config;
  if (publish === undefined) return false;
  const lists = await Promise.all(families.map((family) => feeds.get(name, family)));
  const whole = servedText(config, lists, families, formatNamed(config.format));
  // An empty list is never published: what is there is the last good one.
  if (whole === undefined) return false;
  if ((await feeds.published(publish.container, publish.blob)) === whole.etag) return false;
  await feeds.publish(publish.container, publish.blob, whole);
  return true;
}

/** A feed in a format; undefined if there is nothing in it, which is never served. Throws FormatError. */
export function servedText(
  { name }: FeedConfig,
  lists: readonly (FeedList | undefined)[],
  asked: readonly Family[],
  format: FeedFormat,
): PublishedText | undefined {
  const entries = lists.flatMap((list) => list?.entries ?? []);
  if (entries.length === 0) return undefined;
  const last = lastChanged(lists);
  return formatList(format, {
    name,
    entries,
    about: [...asked, 'names'],
    tags: [...new Set(lists.flatMap((list) => list?.origin?.tags ?? []))].sort(),
    ...(last === undefined ? {} : { changedAt: last.changedAt }),
    ...(last?.origin?.changeNumber === undefined ? {} : { changeNumber: last.origin.changeNumber }),
  });
}

/** The list that changed last, one that has become empty among them. */
export function lastChanged(lists: readonly (FeedList | undefined)[]): FeedList | undefined {
  return lists.reduce((last, list) => ((list?.changedAt ?? '') > (last?.changedAt ?? '') ? list : last), undefined);
}

/** The format of an id that a schema has checked. */
export function formatNamed(id: string): FeedFormat {
  const found = feedFormats.get(id);
  if (found) return found;
  throw new Error(`expected a format among ${[...feedFormats.keys()].join(', ')}, got ${id}`);
}

/** What the devices take, and what the format does: the planner refuses a list that is longer. */
function mostEntries({ maxEntries, format }: FeedConfig): number {
  return Math.min(maxEntries, formatNamed(format).maxEntries ?? maxEntries);
}

function unitOf(list: FeedList): LiveUnit {
  const { feed: name, family, entries, mark, version } = list;
  return { key: `${name}/${family}`, family, entries, mark, version, state: 'Succeeded' };
}
