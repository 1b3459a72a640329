import { faultOf } from '../core/errors.ts';
import { parseFileName } from '../core/publication/publication.ts';
import { SecretError } from '../ports/secret.ts';
import type { Fetched, Source, SourceContext } from '../ports/source.ts';
import { SourceError } from '../ports/source.ts';
import { listed, type PageLink, parseDetailsPage, readTitle } from './details-page.ts';
import type { DownloadCentreConfig } from './download-schema.ts';
import { detailsPageAddress, downloadOrigin, latestAddresses } from './download-schema.ts';
import { openHttp, withoutCredentials, withoutQuery } from './http.ts';
import { HttpFailure } from './http-failure.ts';
import { headersOf, mirrorsOf } from './mirrors.ts';
import { shareTime } from './time-shares.ts';

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
  readonly headers: Readonly<Record<string, string>>;
}

/** What was met on the way to a file. */
interface Log {
  /** What is wrong with a way. */
  readonly misses: string[];
  /** What is odd. */
  readonly notes: string[];
  /** What to do about misses. */
  readonly next: Set<string>;
}

/** Finds the addresses of one way. */
interface Way {
  /** For messages, without a secret. */
  readonly name: string;
  find(signal: AbortSignal, log: Log): Promise<readonly Link[]>;
}

/**
 * The ways to a publication of the download centre, one after the other, each fetched only when the one before failed or
 * was refused: what the details page lists (newest date first), `..._Latest.json`, the mirrors, the last good address. The
 * last good address comes last because it holds what is already known. Mirrors may come first.
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
  const agent = config.userAgent === undefined ? {} : { 'user-agent': config.userAgent };
  const pageWay: Way = { name: `details page ${withoutCredentials(page)}`, find: readPage };
  const mirrors = mirrorsOf(config, context.secret);
  const addresses = [page.href, downloadOrigin, ...(config.latest === undefined ? [] : [config.latest])];
  const microsoft = new Set(addresses.map((address) => new URL(address).origin));
  const origins = new Set([downloadOrigin, ...config.origins.map((origin) => new URL(origin).origin)]);
  for (const mirror of mirrors) if ('url' in mirror) origins.add(mirror.url.origin);

  return {
    candidates,
    others,
  };

  /**
   * The last good address is no second opinion: it holds what was taken from it. The page is one where a mirror came before it.
   */
  async function* others(signal: AbortSignal, taken: Fetched): AsyncGenerator<Fetched, void> {
    const clock = shareTime(config.totalSeconds * 1000);
    const fromMirror = /\/mirror(-\d+)?$/.test(taken.provenance.via);
    const latest = latestWay(taken.provenance.url);
    const ways = [...(fromMirror ? [pageWay] : []), ...(latest === undefined ? [] : [latest]), ...mirrorWays()];
    for (const [index, way] of ways.entries()) {
      const share = AbortSignal.any([signal, clock.share(ways.length - index)]);
      let fetched: Fetched | undefined;
      try {
        const [link] = await way.find(share, newLog());
        if (link === undefined || withoutQuery(link.url) === taken.provenance.url) continue;
        fetched = await download(link, share);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof HttpFailure) && !share.aborted) throw error;
        continue;
      }
      yield fetched;
    }
  }

  async function* candidates(signal: AbortSignal, lastGoodUrl?: string): AsyncGenerator<Fetched, void> {
    const clock = shareTime(config.totalSeconds * 1000);
    const tried = new Set<string>();
    const log = newLog();
    const { misses, notes } = log;
    let found = false;

    const ways = waysWith(reachable(lastGoodUrl) ?? config.lastGood);
    for (const [index, way] of ways.entries()) {
      // Each way has its share of the time that is left: one that hangs does not use up that of those behind it.
      const over = clock.share(ways.length - index);
      let links: readonly Link[];
      try {
        links = await way.find(AbortSignal.any([signal, over]), log);
      } catch (error) {
        miss(way.name, error, over);
        continue;
      }
      const fresh = links.filter(({ via, url }) => !tried.has(via === 'last-good' ? withoutQuery(url) : url.href));
      const own = shareTime(clock.left() / (ways.length - index));
      for (const [k, link] of fresh.entries()) {
        for (const address of [link.url.href, withoutQuery(link.url)]) tried.add(address);
        const linkOver = own.share(fresh.length - k);
        let fetched: Fetched;
        try {
          fetched = await download(link, AbortSignal.any([signal, linkOver]));
        } catch (error) {
          miss(`${link.via} ${withoutQuery(link.url)}`, error, linkOver);
          continue;
        }
        found = true;
        const asked = performance.now();
        yield { ...fetched, notes: [...notes.splice(0), ...misses.splice(0), ...fetched.notes] };
        // The time in which the file was judged is not the server's.
        for (const one of [clock, own]) one.extend(performance.now() - asked);
      }
    }
    if (found && misses.length === 0) return;
    const lead = found ? 'No further way led' : 'No way led';
    const text = `${lead} to a publication of cloud ${cloud}. ${[...misses, ...notes].join('. ')}. Next: ${[...log.next, checkPath()].join('; ')}.`;
    throw new SourceError(text, [...misses], [...log.next]);

    /**
     * What a failure of one way says; an aborted run ends the chain instead. A fault of ours is one too: what a server sent may
     * have led to it, and the ways behind it must not depend on that.
     */
    function miss(what: string, error: unknown, over: AbortSignal): void {
      signal.throwIfAborted();
      if (over.aborted) {
        misses.push(`${what}: its share of the time for all ways (${config.totalSeconds} s) is used up`);
      } else if (error instanceof HttpFailure) {
        misses.push(`${what}: ${error.message}`);
        if (error.next !== undefined) log.next.add(error.next);
      } else {
        misses.push(`${what}: an error of this service, not of the server (${faultOf(error)}); report it`);
      }
    }
  }

  function checkPath(): string {
    const hosts = [...new Set([page.origin, ...origins])].join(' and ');
    const only = latestAddresses[cloud] === undefined && config.latest === undefined && mirrors.length === 0;
    const second = only ? `; until a first file was accepted, cloud ${cloud} has no other way than the page` : '';
    return `check that ${hosts} can be reached from here, or configure a mirror or a file of your own${second}`;
  }

  /** The page with the files it lists is one way; every address is one of its own. */
  function waysWith(lastGood: string | undefined): readonly Way[] {
    const latest = latestWay(lastGood);
    const own = [pageWay, ...(latest === undefined ? [] : [latest])];
    return [
      ...(config.mirrorsFirst ? [...mirrorWays(), ...own] : [...own, ...mirrorWays()]),
      ...(lastGood === undefined ? [] : [wayTo('last-good', lastGood)]),
    ];
  }

  function latestWay(lastGood: string | undefined): Way | undefined {
    const latest = config.latest ?? latestAddresses[cloud] ?? latestBeside(lastGood);
    return latest === undefined ? undefined : wayTo('latest', latest);
  }

  function wayTo(via: string, address: string): Way {
    const url = new URL(address);
    return { name: via, find: async () => [linkTo(via, url, headersFor(url))] };
  }

  function mirrorWays(): readonly Way[] {
    return mirrors.map((mirror) => ({
      name: mirror.via,
      async find() {
        if ('why' in mirror) throw new HttpFailure(mirror.why, false);
        return [linkTo(mirror.via, mirror.url, { ...agent, ...mirror.headers })];
      },
    }));
  }

  /** Headers may be secrets: those for Microsoft go to Microsoft, and those of a mirror to its host. */
  function headersFor({ origin }: URL): Record<string, string> {
    const mirror = mirrors.find((one) => 'url' in one && one.url.origin === origin);
    if (mirror !== undefined) return { ...agent, ...('headers' in mirror ? mirror.headers : {}) };
    if (!microsoft.has(origin)) return agent;
    try {
      return { ...agent, ...headersOf(config.headers, context.secret) };
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      throw new HttpFailure(error.message, false);
    }
  }

  async function readPage(signal: AbortSignal, { misses, notes }: Log): Promise<Link[]> {
    const headers = headersFor(page);
    const rules = { origins: new Set([page.origin]), mostBytes: MOST_PAGE_BYTES, accept: 'text/html', headers };
    const answer = await http.get(page, rules, signal);
    const { links, notes: odd } = parseDetailsPage(new TextDecoder().decode(answer.bytes), cloud);
    if (links.length === 0) misses.push(`${pageWay.name}: ${odd.join('; ')}`);
    else notes.push(...odd);
    if (links.length > 1) notes.push(`the details page lists ${links.length} files, newest first: ${listFiles(links)}`);
    return links.slice(0, MOST_PAGE_FILES).map(({ from, url, name, size, publishedAt }) => ({
      via: from === 'details' ? 'details-page' : 'page-link',
      url,
      file: name.file,
      headers: headersFor(url),
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
    const { bytes, url, notes } = await http.get(
      link.url,
      { origins, mostBytes: maxBytes, accept: 'application/json', headers: link.headers },
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
      notes,
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

function newLog(): Log {
  return { misses: [], notes: [], next: new Set() };
}

function linkTo(via: string, url: URL, headers: Link['headers']): Link {
  const last = lastSegment(url);
  return { via, url, file: parseFileName(last)?.file ?? (last === '' ? 'publication.json' : last), headers };
}

function lastSegment(url: URL): string {
  return url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
}

function listFiles(links: readonly PageLink[]): string {
  return listed(links.map((link) => link.name.file));
}
