import { isObject, type JsonObject, objectAt } from '../json.ts';
import { counted } from '../judge/arithmetic.ts';
import {
  type Catalog,
  type Cloud,
  clouds,
  type Issue,
  isTagName,
  longestName,
  regionOf,
  type SetAside,
  serviceOf,
  type Tag,
} from './catalog.ts';
import { type Digests, digestsOf, rawDigest } from './digest.ts';
import { discoveryAnswer, isDiscoveryAnswer } from './discovery-answer.ts';
import { IssueList, showValue } from './issue-list.ts';
import { mostTags } from './json-bounds.ts';
import { readJsonDocument } from './json-document.ts';
import { publishesTexts } from './numeric-tag.ts';
import { readPrefixList } from './prefix-list.ts';
import { RegionVotes } from './region-votes.ts';
import { UnusualProperties } from './unusual-properties.ts';
import { readUsualDocument } from './usual-document.ts';

/**
 * A document of which at least one tag can be believed, with its identity; or everything that is wrong with it. `catalog` has
 * the sound tags alone.
 */
type ParseResult =
  | ({ readonly ok: true; readonly catalog: Catalog } & LeftOut & Digests)
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** What of a document is left out because something is wrong with it. */
export interface LeftOut {
  readonly setAside: SetAside;
  /** Problems of values whose name cannot be told: each tag that the document seems to lack may be one of them. */
  readonly unnamed: readonly Issue[];
}

/**
 * Reads a Service Tags document strictly: whatever no official file has ever held is an issue, because it means a
 * truncated, forged or new kind of file. Lists every issue (the first thousand with their text) and repairs nothing. What is
 * unusual and harmless becomes a note of the catalog.
 *
 * An issue within one tag sets that tag aside and leaves the others; one outside of single tags, or in every tag, refuses the
 * document.
 *
 * `known` may hold tags of a document that was read before, by name: what a list of prefixes means is then taken from
 * there where it says the same, text for text, which is as strict and much faster, and such tags are the same objects.
 */
export function parseCatalog(bytes: Uint8Array, known: KnownTags = new Map()): ParseResult {
  const usual = readUsualDocument(bytes, known);
  if (usual !== undefined) {
    const { digest, valuesDigest, ...catalog } = usual;
    return { ok: true, catalog: { ...catalog, notes: [] }, setAside: new Map(), unnamed: [], digest, valuesDigest };
  }
  return parseAnyCatalog(bytes, known);
}

/** parseCatalog() without the short way for usual documents: for tests, which compare the two. */
export function parseAnyCatalog(bytes: Uint8Array, known: KnownTags = new Map()): ParseResult {
  const issues = new IssueList();
  const document = readJsonDocument(bytes, issues);
  if (document === undefined) return { ok: false, issues: issues.toIssues() };
  // Of a property that stands twice only the last is read: what was dropped may have been a name.
  const torn = new Set(issues.ofValues()?.keys());
  const catalog = readCatalog(document.value, issues, new UnusualProperties(), known);
  const broken = issues.ofValues();
  if (catalog === undefined || broken === undefined) return { ok: false, issues: issues.toIssues() };
  const digests = digestsOf(document.value);
  if (broken.size === 0) return { ok: true, catalog, setAside: new Map(), unnamed: [], ...digests };
  const leftOut = leaveOut(document.value, broken, torn);
  const tags = new Map([...catalog.tags].filter(([name]) => !leftOut.setAside.has(name)));
  if (tags.size === 0) return { ok: false, issues: issues.toIssues() };
  // What was dropped is not in the canonical content, and a repaired file must be another one.
  const digest = torn.size > 0 ? rawDigest(bytes) : digests.digest;
  return { ok: true, catalog: { ...catalog, tags }, ...leftOut, ...digests, digest };
}

/** Which tags the broken values are. A value with two names (`name` and `id`) is believed to be neither. */
function leaveOut(
  document: unknown,
  broken: ReadonlyMap<number, readonly Issue[]>,
  torn: ReadonlySet<number>,
): LeftOut {
  const values = isObject(document) && Array.isArray(document.values) ? document.values : [];
  const setAside = new Map<string, readonly Issue[]>();
  const unnamed: Issue[] = [];
  for (const [index, issues] of broken) {
    const value: unknown = values[index];
    const names = isObject(value) ? [value.name, value.id].filter(isTagName) : [];
    for (const name of new Set(names)) setAside.set(name, [...(setAside.get(name) ?? []), ...issues]);
    if (names.length === 0 || torn.has(index)) unnamed.push(...issues);
  }
  return { setAside, unnamed };
}

/** Tags that were read from a document before. */
export type KnownTags = ReadonlyMap<string, Tag>;

function readCatalog(
  value: unknown,
  issues: IssueList,
  unusual: UnusualProperties,
  known: KnownTags,
): Catalog | undefined {
  if (isDiscoveryAnswer(value)) {
    issues.add('document', "Microsoft's download, ServiceTags_<cloud>_<date>.json: take that", discoveryAnswer);
    return undefined;
  }
  if (!isObject(value)) {
    issues.add('document', 'an object with changeNumber, cloud and values', showValue(value));
    return undefined;
  }
  unusual.inDocument(value);
  const cloud = readCloud(value.cloud, issues);
  const changeNumber = readChangeNumber(value.changeNumber, 'changeNumber', issues);
  const regions = new RegionVotes();
  const tags = readTags(value.values, issues, unusual, known, regions);
  if (cloud === undefined || changeNumber === undefined || tags === undefined) return undefined;
  return { cloud, changeNumber, tags, regions: regions.result(), notes: unusual.toNotes() };
}

function readCloud(value: unknown, issues: IssueList): Cloud | undefined {
  const cloud = clouds.find((known) => known === value);
  if (cloud === undefined) issues.add('cloud', `one of ${clouds.join(', ')}`, showValue(value));
  return cloud;
}

function readChangeNumber(value: unknown, path: string, issues: IssueList): number | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  issues.add(path, 'a positive whole number', showValue(value));
  return undefined;
}

function readTags(
  values: unknown,
  issues: IssueList,
  unusual: UnusualProperties,
  known: KnownTags,
  regions: RegionVotes,
): ReadonlyMap<string, Tag> | undefined {
  if (!Array.isArray(values)) {
    issues.add('values', 'an array of tags', showValue(values));
    return undefined;
  }
  if (values.length === 0) issues.add('values', 'at least one tag', 'an empty array');
  if (values.length > mostTags) {
    issues.add('values', `at most ${counted(mostTags)} tags`, counted(values.length));
    return undefined;
  }
  const tags = new Map<string, Tag>();
  const placeOf = new Map<string, string>();
  values.forEach((value: unknown, i) => {
    const path = `values[${i}]`;
    const tag = readTag(value, path, issues, unusual, known);
    if (tag === undefined) return;
    regions.add(tag, regionIn(value));
    const first = placeOf.get(tag.name);
    if (first !== undefined) issues.add(`${path}.name`, 'every tag once', `"${tag.name}" again, first at ${first}`);
    placeOf.set(tag.name, path);
    tags.set(tag.name, tag);
  });
  return tags;
}

function regionIn(value: unknown): unknown {
  return objectAt(value, 'properties').region;
}

function readTag(
  value: unknown,
  path: string,
  issues: IssueList,
  unusual: UnusualProperties,
  known: KnownTags,
): Tag | undefined {
  if (!isObject(value)) {
    issues.add(path, 'an object with name, id and properties', showValue(value));
    return undefined;
  }
  unusual.inTag(value, path);
  const name = readName(value, path, issues);
  const properties = value.properties;
  if (!isObject(properties)) {
    issues.add(`${path}.properties`, 'an object with changeNumber and addressPrefixes', showValue(properties));
    return undefined;
  }
  unusual.inProperties(properties, `${path}.properties`);
  const changeNumber = readChangeNumber(properties.changeNumber, `${path}.properties.changeNumber`, issues);
  const list = properties.addressPrefixes;
  const label = name ?? 'a tag without a name';
  if (!Array.isArray(list) || list.length === 0) {
    const got = Array.isArray(list) ? 'an empty array' : showValue(list);
    issues.add(`${path}.properties.addressPrefixes`, 'a list of at least one prefix', `${got} in ${label}`);
    return undefined;
  }
  const before = name === undefined ? undefined : known.get(name);
  const same = before !== undefined && publishesTexts(before, list) ? before : undefined;
  const prefixes = same?.prefixes ?? readPrefixList(list, `${path}.properties.addressPrefixes`, label, issues);
  if (name === undefined || changeNumber === undefined || prefixes === undefined) return undefined;
  if (same?.changeNumber === changeNumber) return same;
  return {
    name,
    service: serviceOf(name),
    region: regionOf(name),
    changeNumber,
    published: list as readonly string[],
    prefixes,
  };
}

function readName(value: JsonObject, path: string, issues: IssueList): string | undefined {
  const { name, id } = value as { name?: unknown; id?: unknown };
  if (typeof name === 'string' && name.length > longestName) {
    issues.add(`${path}.name`, `a tag name of at most ${longestName} characters`, `${name.length} of them`);
    return undefined;
  }
  if (!isTagName(name)) {
    issues.add(`${path}.name`, 'a tag name such as Storage.WestUS', showValue(name));
    return undefined;
  }
  if (id !== name) issues.add(`${path}.id`, `the tag's name "${name}"`, showValue(id));
  return name;
}
