import { defaultPolicy } from '../core/judge/policy.ts';
import { watchTags } from '../core/judge/watch.ts';
import { readPublication } from '../core/publication/read-publication.ts';
import { pointsOf, type Step } from '../core/tag-sizes/points.ts';
import { changesOfLedger, changesOfTags, type ReadTags } from '../core/tag-sizes/sizes.ts';
import { tagChart } from '../http/page/charts/tag-chart.ts';
import { chartThemes } from '../http/page/charts/theme.ts';
import type { SequencedFile } from '../replay/published.ts';
import { replay } from '../replay/replay.ts';
import { generateSample, sampleNames } from '../simulator/sample/generate.ts';

const tag = 'Storage.WestUS';

/** The fault of the sample as the page draws it, by path: a picture for each theme, the same text for the same sample. */
export function incidentPictures(): readonly (readonly [string, string])[] {
  const points = pointsOf(stepsOfSample(), tag);
  const until = points.at(-1)?.at;
  return chartThemes.map((theme) => [
    `docs/images/incident${theme === 'light' ? '' : `-${theme}`}.svg`,
    tagChart({ tag, points, ...(until === undefined ? {} : { until }) }, 'ipv4', { theme, width: 'wide' }),
  ]);
}

/** The weeks of the sample, judged as a run does. */
function stepsOfSample(): Step[] {
  const steps: Step[] = [];
  const files = filesOfSample();
  let before: { readonly read: ReadTags; readonly ledger: Parameters<typeof changesOfLedger>[1] } | undefined;
  replay({
    cloud: 'Public',
    files,
    watch: watchTags([tag]),
    policy: defaultPolicy,
    onJudged({ now, ledger, accepted }) {
      const file = files.find(({ publication }) => publication.digest === accepted?.digest);
      if (!file || !accepted) return;
      const read = { catalog: file.catalog, setAside: new Set<string>() };
      const { digest, changeNumber, date } = accepted;
      const publication = { digest, changeNumber, date };
      const at = now.toISOString();
      steps.push({
        at,
        publication: {
          ...publication,
          services: ['Storage'],
          tags: changesOfTags(before?.read, read, (name) => name === tag),
        },
        ledger: { at, publication, tags: changesOfLedger(before?.ledger, ledger) },
      });
      before = { read, ledger };
    },
  });
  return steps;
}

function filesOfSample(): readonly Extract<SequencedFile, { readonly catalog: unknown }>[] {
  return sampleNames('Public').map((file, chapter) => {
    const firstSeen = new Date(0).toISOString();
    const origin = { file, provenance: { via: 'sample', url: `sample:${file}`, fetchedAt: firstSeen }, firstSeen };
    const text = generateSample({ cloud: 'Public', chapter, lineEnd: '\n' });
    const read = readPublication(new TextEncoder().encode(text), origin, 'Public');
    if (!read.ok) throw new Error(`${file}: expected a publication that can be read`);
    return { publication: read.publication, catalog: read.catalog };
  });
}
