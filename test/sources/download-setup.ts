import { readFileSync } from 'node:fs';
import type { Cloud } from '../../src/core/publication/catalog.ts';
import { parseCatalog } from '../../src/core/publication/parse.ts';
import { resolveSecret } from '../../src/ports/secret.ts';
import { type Fetched, type Source, SourceError } from '../../src/ports/source.ts';
import { generateSample } from '../../src/simulator/sample/generate.ts';
import { downloadCentre } from '../../src/sources/download-centre.ts';
import type { DownloadCentreConfig } from '../../src/sources/download-schema.ts';
import type { WebServer } from '../support/web-server.ts';

/** What the environment of the tests holds. */
export const secrets: Record<string, string> = {};

/** Three publications one after the other, in files as the download centre would name them. */
export const publications = {
  oldest: { date: '20260810', text: generateSample({ cloud: 'Public', chapter: 0, lineEnd: '\n' }) },
  old: { date: '20261102', text: generateSample({ cloud: 'Public', chapter: 1, lineEnd: '\r\n' }) },
  new: { date: '20261109', text: generateSample({ cloud: 'Public', chapter: 2, lineEnd: '\n' }) },
  china: { date: '20261109', text: generateSample({ cloud: 'China', chapter: 2, lineEnd: '\n' }) },
} as const;

/** changeNumber of `publications.old`, which counts as accepted in the tests. */
const accepted = 401;

export const latestPath = '/download/A/B/C/ServiceTags_Public_Latest.json';
export const newPath = '/download/A/B/C/ServiceTags_Public_20261109.json';
export const oldPath = '/download/A/B/C/ServiceTags_Public_20261102.json';

/** One of the made-up pages, its links pointing at local servers, its size that of `text`. */
export function page(name: string, files: string, elsewhere = files, text: string = publications.new.text): string {
  return readFileSync(new URL(`../support/pages/${name}.html`, import.meta.url), 'utf8')
    .replaceAll('@FILES@', files)
    .replaceAll('@ELSEWHERE@', elsewhere)
    .replaceAll('@SIZE@', String(Buffer.byteLength(text)));
}

/** A download centre at `server`: the page and the `..._Latest.json` there, nothing else configured. */
export async function openDownloadCentre(
  server: WebServer,
  config: Partial<DownloadCentreConfig> = {},
  cloud: Cloud = 'Public',
  sleep: () => Promise<void> = async () => {},
): Promise<Source> {
  const whole = downloadCentre.schema.parse({
    detailsPage: `${server.origin}/details`,
    latest: `${server.origin}${latestPath}`,
    origins: [server.origin],
    attempts: 2,
    attemptSeconds: 15,
    mostMegabytes: 1,
    ...config,
  });
  return downloadCentre.open(whole as DownloadCentreConfig, {
    cloud,
    now: () => new Date('2026-11-12T08:00:00Z'),
    random: () => 0,
    sleep,
    secret: (ref) => resolveSecret(ref, secrets),
  });
}

interface Judged {
  readonly taken: Fetched | undefined;
  readonly refused: readonly string[];
  /** Notes of everything fetched, and the error. */
  readonly said: string;
  readonly error: string | undefined;
}

/** Goes through the candidates as a run does: the first sound one of the cloud that is not older is taken. */
export async function judge(source: Source, lastGoodUrl?: string): Promise<Judged> {
  const refused: string[] = [];
  const said: string[] = [];
  const end = (taken: Fetched | undefined, error?: string): Judged => ({
    taken,
    refused,
    said: said.concat(error ?? []).join('\n'),
    error,
  });
  try {
    for await (const fetched of source.candidates(AbortSignal.timeout(20_000), lastGoodUrl)) {
      said.push(...fetched.notes);
      const result = parseCatalog(fetched.bytes);
      if (!result.ok) refused.push(`${fetched.file}: ${result.issues[0]?.got}`);
      else if (result.catalog.cloud !== 'Public') refused.push(`${fetched.file}: cloud ${result.catalog.cloud}`);
      else if (result.catalog.changeNumber < accepted) refused.push(`${fetched.file}: older`);
      else return end(fetched);
    }
  } catch (error) {
    if (error instanceof SourceError) return end(undefined, error.message);
    throw error;
  }
  return end(undefined);
}
