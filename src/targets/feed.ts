import { z } from 'zod';
import { ArmError } from '../azure/arm/arm-error.ts';
import { mustWrite, unitVersion } from '../azure/unit-state.ts';
import { readEntry } from '../core/address/entry.ts';
import { families } from '../core/address/family.ts';
import { feedText } from '../core/feed.ts';
import type { Layout, Live, LiveUnit, UnitChange } from '../core/plan/live.ts';
import { secret } from '../ports/secret.ts';
import type { FeedList, Feeds } from '../ports/store.ts';
import type { Target, TargetContext, TargetDefinition } from '../ports/target.ts';

/** Source: PAN-OS external dynamic lists: 50,000 addresses on the smaller models; FortiOS takes 131,072. */
const ENTRIES_ON_SMALL_DEVICES = 50_000;

const prefix = z
  .string()
  .refine((text) => readEntry(text) !== undefined, 'an address or a CIDR prefix such as 203.0.113.0/24');

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
    },
  ],
  place: () => 'feeds',
  lane: (config) => `feed:${config.name}`,
  layout: (config): Layout => ({
    families,
    entriesPerUnit: config.maxEntries,
    maxUnits: 1,
    unitKey: (family) => `${config.name}/${family}`,
    whenEmpty: 'delete',
  }),
  async open(config, { feeds, mark }) {
    if (feeds === undefined) throw new Error(`feed ${config.name}: expected a store for its list, got none`);
    return new FeedTarget(config, mark, feeds);
  },
};

const namesSchema = schema.extend({
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
    entriesPerUnit: config.maxEntries,
    maxUnits: 1,
    unitKey: (family) => `${config.name}/${family}`,
    whenEmpty: 'refill',
  }),
};

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

  async write(change: UnitChange): Promise<void> {
    const { name } = this.#config;
    const { family, entries } = change;
    const subject = `feed ${change.key}`;
    const stored = await this.#feeds.get(name, family);
    const now = stored && stored.entries.length > 0 ? unitOf(stored) : undefined;
    if (mustWrite(subject, change, now, this.#mark)) {
      const version = unitVersion([entries, this.#mark]);
      const put = await this.#feeds.put({ feed: name, family, entries, mark: this.#mark, version }, stored?.version);
      if (put === 'changed') {
        throw new ArmError('conflict', `${subject}: it was changed meanwhile. Nothing was written: plan again.`);
      }
    }
    await publishFeed(this.#feeds, this.#config);
  }
}

/** Brings the static blob of a feed, if it has one, to what is served. True if it had to be written. */
export async function publishFeed(feeds: Feeds, { name, publish }: FeedConfig): Promise<boolean> {
  if (publish === undefined) return false;
  const lists = await Promise.all(families.map((family) => feeds.get(name, family)));
  const whole = feedText(lists.flatMap((list) => list?.entries ?? []));
  // An empty list is never published: what is there is the last good one.
  if (whole === undefined) return false;
  if ((await feeds.published(publish.container, publish.blob)) === whole.etag) return false;
  await feeds.publish(publish.container, publish.blob, whole.text, whole.etag);
  return true;
}

function unitOf(list: FeedList): LiveUnit {
  const { feed: name, family, entries, mark, version } = list;
  return { key: `${name}/${family}`, family, entries, mark, version, state: 'Succeeded' };
}
