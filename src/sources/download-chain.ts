import { faultOf } from '../core/errors.ts';
import { parseFileName } from '../core/publication/publication.ts';
import type { Fetched, Source, SourceContext } from '../ports/source.ts';
import { SourceError } from '../ports/source.ts';
import { listed, type PageLink, parseDetailsPage, readTitle } from './details-page.ts';
import type { DownloadCentreConfig } from './download-schema.ts';
import { detailsPageAddress, downloadOrigin, latestAddresses } from './download-schema.ts';
import { HttpFailure, openHttp, withoutQuery } from './http.ts';

/** A page is 130 KB; what is thirty times larger is none. */
const MOST_PAGE_BYTES = 4_000_000;
/** Files of one page that are fetched, newest first; the ones after them are older than what was already accepted. */
const MOST_PAGE_FILES = 4;

/** One address to try. */
interface Link {
  /** How it was found, for the provenance. */
  readonly via: string;
  readonly url: URL;
  /** Name the file goes by. */
  readonly file: string;
  readonly size?: number;
  readonly publishedAt?: string;
}

/** Finds the addresses of one way; what is wrong with it goes to `misses`, what is odd to `notes`. */
type Way = (signal: AbortSignal, misses: string[], notes: string[]) => Promise<readonly Link[]>;

/**
 * The ways to a publication of the download centre, one after the other, each fetched only when the one before failed or
 * was refused: what the details page lists (newest date first), `..._Latest.json`, the mirror, the last good address. The
 * last good address comes last because it holds what is already known.
 */
export function openDownloadChain(config: DownloadCentreConfig, context: SourceContext): Source {
  const { cloud, now } = context;
  const http = openHttp({
    attemptMilliseconds: config.attemptSeconds * 1000,
    attempts: config.attempts,
    now,
    sleep: context.sleep,
    random: context.random,
  });
  const page = new URL(config.detailsPage ?? detailsPageAddress(cloud));
  const origins = new Set([downloadOrigin, ...config.origins.map((origin) => new URL(origin).origin)]);
  if (config.mirror !== undefined) origins.add(new URL(config.mirror).origin);

  return {
    candidates,
    others,
  };

  /** The last good address is no second opinion: it holds what was taken from it. */
  async function* others(signal: AbortSignal, taken: Fetched): AsyncGenerator<Fetched, void> {
    const until = AbortSignal.any([signal, AbortSignal.timeout(config.totalSeconds * 1000)]);
    const latest = config.latest ?? latestAddresses[cloud] ?? latestBeside(taken.provenance.url);
    const ways = [
      ...(latest === undefined ? [] : [linkTo('latest', latest)]),
      ...(config.mirror === undefined ? [] : [linkTo('mirror', config.mirror)]),
    ];
    for (const link of ways) {
      if (withoutQuery(link.url) === taken.provenance.url) continue;
      let fetched: Fetched;
      try {
        fetched = await download(link, until);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof HttpFailure) && !until.aborted) throw error;
        continue;
      }
      yield fetched;
    }
  }

  async function* candidates(signal: AbortSignal, lastGoodUrl?: string): AsyncGenerator<Fetched, void> {
    const end = performance.now() + config.totalSeconds * 1000;
    const tried = new Set<string>();
    const misses: string[] = [];
    const notes: string[] = [];
    let found = false;

    const ways = waysWith(reachable(lastGoodUrl) ?? config.lastGood);
    for (const [index, way] of ways.entries()) {
      // Each way has its share of the time that is left: one that hangs does not use up that of those behind it.
      const share = Math.max(1, Math.floor((end - performance.now()) / (ways.length - index)));
      const over = AbortSignal.timeout(share);
      const both = AbortSignal.any([signal, over]);
      let links: readonly Link[];
      try {
        links = await way(both, misses, notes);
      } catch (error) {
        misses.push(asMiss(`details page ${page.href}`, error, over));
        continue;
      }
      for (const link of links) {
        if (tried.has(withoutQuery(link.url))) continue;
        tried.add(withoutQuery(link.url));
        let fetched: Fetched;
        try {
          fetched = await download(link, both);
        } catch (error) {
          misses.push(asMiss(`${link.via} ${withoutQuery(link.url)}`, error, over));
          continue;
        }
        found = true;
        yield { ...fetched, notes: [...notes.splice(0), ...misses.splice(0)] };
      }
    }
    if (found && misses.length === 0) return;
    const lead = found ? 'No further way led' : 'No way led';
    const text = `${lead} to a publication of cloud ${cloud}. ${[...misses, ...notes].join('. ')}. Next: check that ${[...new Set([page.origin, ...origins])].join(' and ')} can be reached from here, or configure a mirror or a file of your own.`;
    throw new SourceError(text, [...misses]);

    /**
     * What a failure of one way says; an aborted run ends the chain instead. A fault of ours is one too: what a server sent may
     * have led to it, and the ways behind it must not depend on that.
     */
    function asMiss(what: string, error: unknown, over: AbortSignal): string {
      signal.throwIfAborted();
      if (over.aborted) return `${what}: its share of the time for all ways (${config.totalSeconds} s) is used up`;
      if (error instanceof HttpFailure) return `${what}: ${error.message}`;
      return `${what}: an error of this service, not of the server (${faultOf(error)}); report it`;
    }
  }

  /** The page with the files it lists is one way; every address is one of its own. */
  function waysWith(lastGood: string | undefined): readonly Way[] {
    const latest = config.latest ?? latestAddresses[cloud] ?? latestBeside(lastGood);
    const links = [
      ...(latest === undefined ? [] : [linkTo('latest', latest)]),
      ...(config.mirror === undefined ? [] : [linkTo('mirror', config.mirror)]),
      ...(lastGood === undefined ? [] : [linkTo('last-good', lastGood)]),
    ];
    return [readPage, ...links.map((link) => async () => [link])];
  }

  async function readPage(signal: AbortSignal, misses: string[], notes: string[]): Promise<Link[]> {
    const rules = { origins: new Set([page.origin]), mostBytes: MOST_PAGE_BYTES, accept: 'text/html' };
    const answer = await http.get(page, rules, signal);
    const { links, notes: odd } = parseDetailsPage(new TextDecoder().decode(answer.bytes), cloud);
    if (links.length === 0) misses.push(`details page ${page.href}: ${odd.join('; ')}`);
    else notes.push(...odd);
    if (links.length > 1) notes.push(`the details page lists ${links.length} files, newest first: ${listFiles(links)}`);
    return links.slice(0, MOST_PAGE_FILES).map(({ from, url, name, size, publishedAt }) => ({
      via: from === 'details' ? 'details-page' : 'page-link',
      url,
      file: name.file,
      ...(size === undefined ? {} : { size }),
      ...(publishedAt === undefined ? {} : { publishedAt }),
    }));
  }

  async function download(link: Link, signal: AbortSignal): Promise<Fetched> {
    const other = parseFileName(link.file);
    if (other !== undefined && other.cloud !== cloud) {
      throw new HttpFailure(`a file of cloud ${other.cloud} by its name, expected ${cloud}`, false);
    }
    const maxBytes = config.mostMegabytes * 1e6;
    const { bytes, url } = await http.get(
      link.url,
      { origins, mostBytes: maxBytes, accept: 'application/json' },
      signal,
    );
    refuseOtherThanJson(bytes);
    if (link.size !== undefined && bytes.length !== link.size) {
      throw new HttpFailure(`${bytes.length} bytes, expected ${link.size} as the details page says`, false);
    }
    const { publishedAt } = link;
    return {
      bytes,
      file: link.file,
      provenance: {
        via: `download-centre/${link.via}`,
        url,
        fetchedAt: now().toISOString(),
        ...(publishedAt === undefined ? {} : { publishedAt }),
      },
      notes: [],
    };
  }

  /** The last accepted file may have come from a folder, or from a host that is no longer trusted: then it is not tried. */
  function reachable(lastGoodUrl: string | undefined): string | undefined {
    const origin = lastGoodUrl === undefined ? undefined : URL.parse(lastGoodUrl)?.origin;
    return origin !== undefined && origins.has(origin) ? lastGoodUrl : undefined;
  }

  /** `..._Latest.json` in the folder of a file that was good, for a cloud whose address is not known. */
  function latestBeside(lastGood: string | undefined): string | undefined {
    const url = lastGood === undefined ? undefined : new URL(lastGood);
    const known = url !== undefined && parseFileName(lastSegment(url))?.cloud === cloud;
    return known ? new URL(`ServiceTags_${cloud}_Latest.json`, url).href : undefined;
  }
}

/** A server that blocks or fails often answers 200 with a page; whether JSON is a publication is not judged here. */
function refuseOtherThanJson(bytes: Uint8Array): void {
  const head = new TextDecoder().decode(bytes.subarray(0, 4096)).trimStart();
  if (head.startsWith('{')) return;
  if (head === '') throw new HttpFailure('an empty answer, expected a JSON document', false);
  if (head.startsWith('<')) throw new HttpFailure(`a page with the title "${readTitle(head)}", expected JSON`, false);
  throw new HttpFailure(`an answer that begins with ${JSON.stringify(head.slice(0, 30))}, expected JSON`, false);
}

function linkTo(via: string, address: string): Link {
  const url = new URL(address);
  const last = lastSegment(url);
  return { via, url, file: parseFileName(last)?.file ?? (last === '' ? 'publication.json' : last) };
}

function lastSegment(url: URL): string {
  return url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
}

function listFiles(links: readonly PageLink[]): string {
  return listed(links.map((link) => link.name.file));
}
