import * as z from 'zod';
import type { TagPoint } from '../../core/tag-sizes/points.ts';
import type { RegionWeek } from '../../core/tag-sizes/region-weeks.ts';
import type { ListView } from '../../operator/queries/list.ts';
import type { RegionWeeksView } from '../../operator/queries/region-weeks.ts';
import type { SelectedTag, TagHistoryView, TagRanges, TagsView } from '../../operator/queries/tag-history.ts';
import { component } from './component.ts';
import { addresses, date, text, texts, time } from './parts.ts';

const behind = z.int().describe('How much is kept and not looked at yet: until then some of it may be missing.');
const publicationOf = z.object({ changeNumber: z.int(), date });

const selectedTag = component<SelectedTag>()(
  'SelectedTag',
  z
    .object({
      tag: text,
      lists: texts.describe('Lists that select it.'),
      published: addresses.exactOptional(),
      effective: addresses.exactOptional(),
      held: addresses.exactOptional(),
      blocked: addresses.exactOptional(),
      holds: texts.describe('Ids of its open holds.'),
      lastChange: z.object({ at: time, publication: publicationOf.exactOptional() }).exactOptional(),
    })
    .describe('A tag that a list selects, as it is now.'),
);

/** GET /api/tags. */
export const tagsAnswer = component<TagsView>()(
  'TagsAnswer',
  z.object({ tags: z.array(selectedTag), behind }).describe('Tags that lists select.'),
);

/** GET /api/lists/{name}. */
export const listAnswer = component<ListView>()(
  'ListAnswer',
  z
    .object({
      list: text,
      tags: texts.describe('Service Tags that it selects, those that follow from registries among them.'),
      changeNumber: z.int().describe('The publication that it follows: that of a pin, or the one in force.'),
      ipv4: texts.describe('Minimal prefixes, sorted.'),
      ipv6: texts.describe('The same of IPv6.'),
      names: texts.describe('Host names.'),
    })
    .describe('What a list allows now.'),
);

const tagPoint = component<TagPoint>()(
  'TagPoint',
  z
    .object({
      at: time,
      publication: publicationOf.exactOptional(),
      published: addresses,
      gained: addresses,
      lost: addresses,
      returned: addresses.describe('Of what was held as a loss: published again.'),
      released: addresses.describe('Of what was held as a loss: released.'),
      effective: addresses.describe('What lists allow; absent where no run judged it.').exactOptional(),
      held: addresses.describe('Losses that are held.').exactOptional(),
      blocked: addresses.describe('Gains that are held.').exactOptional(),
    })
    .describe('How large a tag was from a moment on.'),
);

const tagRanges = component<TagRanges>()(
  'TagRanges',
  z
    .object({
      published: texts,
      held: texts.describe('Not published any more, and still allowed.'),
      blocked: texts.describe('Published, and kept out.'),
    })
    .describe('What a tag has now; absent where no run follows it.'),
);

/** GET /api/tags/{tag}/history. */
export const tagHistoryAnswer = component<TagHistoryView>()(
  'TagHistoryAnswer',
  z
    .object({
      tag: text,
      lists: texts,
      ranges: tagRanges.exactOptional(),
      points: z.array(tagPoint),
      until: time.exactOptional(),
      behind,
    })
    .describe('How large a tag was over time, oldest first.'),
);

const regionWeek = component<RegionWeek>()(
  'RegionWeek',
  z
    .object({ week: date.describe('Its Monday.'), gained: addresses, lost: addresses })
    .describe('A week in which a region changed.'),
);

/** GET /api/region-weeks. */
export const regionWeeksAnswer = component<RegionWeeksView>()(
  'RegionWeeksAnswer',
  z
    .object({
      service: text,
      weeks: z.array(z.object({ week: date, publications: z.array(z.int()) })),
      regions: z.array(z.object({ region: text, weeks: z.array(regionWeek) })),
      unchanged: texts,
      behind,
    })
    .describe('What each region of a service gained and lost, by week.'),
);
