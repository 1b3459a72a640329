import { isObject, type JsonObject } from '../json.ts';
import { counted } from '../judge/arithmetic.ts';
import { type Catalog, type Cloud, clouds, type Issue, regionOf, serviceOf, type Tag } from './catalog.ts';
import { type Digests, digestsOf } from './digest.ts';
import { IssueList, showValue } from './issue-list.ts';
import { mostTags } from './json-bounds.ts';
import { readJsonDocument } from './json-document.ts';
import { readPrefixList } from './prefix-list.ts';
import { RegionVotes } from './region-votes.ts';
import { UnusualProperties } from './unusual-properties.ts';

/** A document that keeps every rule, with its identity; or everything that is wrong with it. */
type ParseResult =
  | ({ readonly ok: true; readonly catalog: Catalog } & Digests)
  | { readonly ok: false; readonly issues: readonly Issue[] };

/**
 * Reads a Service Tags document strictly: whatever no official file has ever held is an issue, because it means a
 * truncated, forged or new kind of file. Lists every issue (the first thousand with their text) and repairs nothing. What is
 * unusual and harmless becomes a note of the catalog.
 *
 * `known` may hold tags of a document that was read before, by name: what a list of prefixes means is then taken from
 * there where it says the same, text for text, which is as strict and much faster, and such tags are the same objects.
 */
export function parseCatalog(bytes: Uint8Array, known: KnownTags = new Map()): ParseResult {
  const issues = new IssueList();
  const document = readJsonDocument(bytes, issues);
  if (document === undefined) return { ok: false, issues: issues.toIssues() };
  const unusual = new UnusualProperties();
  const catalog = readCatalog(document.value, issues, unusual, known);
  if (catalog === undefined || issues.count > 0) return { ok: false, issues: issues.toIssues() };
  return { ok: true, catalog, ...digestsOf(document.value) };
}

/** What of a broken document can be believed. */
interface SoundTags {
  readonly catalog: Catalog;
  /** What is wrong with the others. */
  readonly issues: readonly Issue[];
}

/**
 * The tags of a document without the ones that have an issue, for a person who vouches for some of them; never a
 * publication by itself. Undefined where anything is wrong outside of single tags: what such a file says cannot be told.
 */
export function soundTagsIn(bytes: Uint8Array): SoundTags | undefined {
  const issues = new IssueList();
  const document = readJsonDocument(bytes, issues);
  if (document === undefined) return undefined;
  const catalog = readCatalog(document.value, issues, new UnusualProperties(), new Map());
  const broken = issues.brokenValues();
  if (catalog === undefined || broken === undefined) return undefined;
  const values = (document.value as { readonly values: readonly unknown[] }).values;
  const names = new Set(values.flatMap((value, i) => (broken.has(i) && isObject(value) ? [value.name] : [])));
  const tags = new Map([...catalog.tags].filter(([name]) => !names.has(name)));
  return { catalog: { ...catalog, tags }, issues: issues.toIssues() };
}

/** Tags that were read from a document before. */
export type KnownTags = ReadonlyMap<string, Tag>;

function readCatalog(
  value: unknown,
  issues: IssueList,
  unusual: UnusualProperties,
  known: KnownTags,
): Catalog | undefined {
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
    regions.add(tag, value);
    const first = placeOf.get(tag.name);
    if (first !== undefined) issues.add(`${path}.name`, 'every tag once', `"${tag.name}" again, first at ${first}`);
    placeOf.set(tag.name, path);
    tags.set(tag.name, tag);
  });
  return tags;
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
  const same = before !== undefined && hasTexts(before.published, list) ? before : undefined;
  const prefixes = same?.prefixes ?? readPrefixList(list, `${path}.properties.addressPrefixes`, label, issues);
  if (name === undefined || changeNumber === undefined || prefixes === undefined) return undefined;
  if (same?.changeNumber === changeNumber) return same;
  return {
    name,
    service: serviceOf(name),
    region: regionOf(name),
    changeNumber,
    published: same?.published ?? (list as readonly string[]),
    prefixes,
  };
}

function hasTexts(texts: readonly string[], list: readonly unknown[]): boolean {
  if (texts.length !== list.length) return false;
  for (let i = 0; i < texts.length; i++) if (texts[i] !== list[i]) return false;
  return true;
}

/** Names become parts of file names and storage keys, so a tag name is only letters, digits, underscores and dots. */
const tagName = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
/** Official names have 60 characters at most; a key of a table row, of which a name is a part, has 1,024 bytes. */
const longestName = 200;

function readName(value: JsonObject, path: string, issues: IssueList): string | undefined {
  const { name, id } = value as { name?: unknown; id?: unknown };
  if (typeof name === 'string' && name.length > longestName) {
    issues.add(`${path}.name`, `a tag name of at most ${longestName} characters`, `${name.length} of them`);
    return undefined;
  }
  if (typeof name !== 'string' || !tagName.test(name)) {
    issues.add(`${path}.name`, 'a tag name such as Storage.WestUS', showValue(name));
    return undefined;
  }
  if (id !== name) issues.add(`${path}.id`, `the tag's name "${name}"`, showValue(id));
  return name;
}
