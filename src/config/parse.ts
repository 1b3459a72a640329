import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { isObject } from '../core/json.ts';
import { mcrNeeds } from '../core/registry.ts';
import { visibleStart } from '../core/visible-text.ts';
import type { ChannelConfig, Config, ListConfig, TargetConfig } from './config.ts';
import { type JsonDocument, readDocument } from './document.ts';
import { ConfigError, type ConfigIssue, type Finding, type JsonPath, pathText } from './issue.ts';
import { listSchema } from './list-schema.ts';
import { rules } from './rules/index.ts';
import type { Draft } from './rules/rule.ts';
import { channelSchema, configSchema, type Kinds, targetSchema } from './schema.ts';
import { checkSchema } from './schema-findings.ts';

/** A config that may be used. */
export interface LoadedConfig {
  readonly config: Config;
  readonly hash: string;
  /** Findings that do not prevent the use of the config. */
  readonly notes: readonly ConfigIssue[];
}

interface ParseOptions {
  /** For messages. */
  readonly file: string;
  readonly kinds: Kinds;
  /** Only tells which exceptions have expired. */
  readonly now: Date;
}

interface Schemas {
  readonly config: ReturnType<typeof configSchema>;
  readonly target: ReturnType<typeof targetSchema>;
  readonly channel: ReturnType<typeof channelSchema>;
}

/** Schemas by their kinds: making them takes longer than checking a config with them. */
const schemas = new WeakMap<Kinds, Schemas>();

function schemasOf(kinds: Kinds): Schemas {
  const known = schemas.get(kinds);
  if (known) return known;
  const made = {
    config: configSchema(kinds),
    target: targetSchema(kinds.targets),
    channel: channelSchema(kinds.notifiers),
  };
  schemas.set(kinds, made);
  return made;
}

/** Checks a config text. Throws ConfigError with all its problems, each with its place. */
export function parseConfig(text: string, options: ParseOptions): LoadedConfig {
  const document = readDocument(text);
  const syntax = document.findings.filter((finding) => finding.path.length === 0);
  // Values read from broken syntax are guesses; their errors would hide the real one.
  if (syntax.length > 0) throw new ConfigError(options.file, inOrder(syntax, document));
  const checked = checkSchema(schemasOf(options.kinds).config, document.value);
  const findings = [
    ...document.findings,
    ...(checked.ok ? [] : checked.findings),
    ...rules.flatMap((rule) => [...rule(draftOf(document.value, options))]),
  ];
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0 || !checked.ok) throw new ConfigError(options.file, inOrder(errors, document));
  const config = toConfig(checked.value, options.kinds);
  return { config, hash: configHash(config), notes: inOrder(findings, document) };
}

/** Findings about a text that was parsed, as issues with their places. */
export function placedIn(text: string, findings: readonly Finding[]): ConfigIssue[] {
  return inOrder(findings, readDocument(text));
}

/** Findings as issues with their places, in the order of the text. */
function inOrder(findings: JsonDocument['findings'], document: JsonDocument): ConfigIssue[] {
  return findings
    .map((finding) => {
      const { path, expected, got, hint } = finding;
      const texts = { path: shown(pathText(path)), expected: shown(expected), got: shown(got), hint: shown(hint) };
      return { ...texts, ...(finding.place ?? document.place(path)) };
    })
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

/** Keys and values of the document are in its issues, whatever signs they have and however long they are. */
function shown(text: string): string {
  return visibleStart(text, 1_000);
}

/** The parts of a document that are sound by themselves. */
function draftOf(value: unknown, { kinds, now }: ParseOptions): Draft {
  const lists = membersOf(value, ['lists']);
  const targets = membersOf(value, ['targets']);
  const { cloud } = membersOf(value, []);
  return {
    cloud,
    lists: new Map([...soundOnes(listSchema, lists)].map(([name, list]) => [name, toList(list, cloud)])),
    targets: new Map(
      [...soundOnes(schemasOf(kinds).target, targets)].map(([id, target]) => [id, toTarget(target, kinds)]),
    ),
    channels: new Map(
      [...soundOnes(schemasOf(kinds).channel, membersOf(value, ['channels']))].map(([id, channel]) => [
        id,
        toChannel(channel, kinds),
      ]),
    ),
    listNames: Object.keys(lists),
    registryNames: Object.keys(membersOf(value, ['registries'])),
    targetIds: Object.keys(targets),
    listOfTarget: new Map(
      Object.entries(targets).flatMap(([id, target]) =>
        isObject(target) && typeof target.list === 'string' ? [[id, target.list] as const] : [],
      ),
    ),
    policy: membersOf(value, ['policy']),
    policyTags: membersOf(value, ['policy', 'tags']),
    kinds,
    today: now.toISOString().slice(0, 10),
  };
}

function soundOnes<T>(schema: z.ZodType<T>, members: Readonly<Record<string, unknown>>): Map<string, T> {
  const sound = new Map<string, T>();
  for (const [name, member] of Object.entries(members)) {
    const checked = checkSchema(schema, member);
    if (checked.ok) sound.set(name, checked.value);
  }
  return sound;
}

/** The members of the object at `path`; none if there is no object. */
function membersOf(value: unknown, path: JsonPath): Readonly<Record<string, unknown>> {
  let at = value;
  for (const part of path) at = isObject(at) ? at[part] : undefined;
  return isObject(at) ? at : {};
}

function toConfig(parsed: z.output<ReturnType<typeof configSchema>>, kinds: Kinds): Config {
  const { $schema, source, lists, targets, channels, ...rest } = parsed;
  const { kind, ...settings } = source as { kind: string };
  return {
    ...rest,
    source: { kind, settings },
    lists: Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, toList(list, rest.cloud)])),
    targets: Object.fromEntries(Object.entries(targets).map(([id, target]) => [id, toTarget(target, kinds)])),
    channels: Object.fromEntries(Object.entries(channels).map(([id, channel]) => [id, toChannel(channel, kinds)])),
  };
}

function toList({ families, mcr, ...list }: z.output<typeof listSchema>, cloud: unknown): ListConfig {
  const chosen = mcr ? { ...list, ...withMcr(list, String(cloud)) } : list;
  if (families !== undefined) return { ...chosen, families };
  return { ...chosen, families: ['ipv4'], ...(list.registries.length > 0 ? { followsFamilies: true } : {}) };
}

/** What is listed already stays where it is, so that a tag that is written twice is still found. */
function withMcr(
  { tags, names }: Pick<ListConfig, 'tags' | 'names'>,
  cloud: string,
): Pick<ListConfig, 'tags' | 'names' | 'mcr'> {
  const needs = mcrNeeds(cloud);
  const more = (own: readonly string[], wanted: readonly string[]) => [
    ...own,
    ...wanted.filter((one) => !own.includes(one)),
  ];
  return { tags: more(tags, needs.tags), names: more(names, needs.names), mcr: true };
}

function toTarget(parsed: unknown, kinds: Kinds): TargetConfig {
  return split<TargetConfig>(parsed, kinds.targets);
}

function toChannel(parsed: unknown, kinds: Kinds): ChannelConfig {
  return split<ChannelConfig>(parsed, kinds.notifiers);
}

/** Splits a parsed member into the common fields and those of its kind. */
function split<T extends { readonly kind: string; readonly settings: object }>(
  parsed: unknown,
  definitions: readonly { readonly kind: string; readonly schema: z.ZodObject }[],
): T {
  const fields = parsed as Omit<T, 'settings'> & { readonly kind: string };
  const own = definitions.find(({ kind }) => kind === fields.kind)?.schema.shape ?? {};
  const entries = Object.entries(fields);
  return {
    ...Object.fromEntries(entries.filter(([key]) => !(key in own))),
    settings: Object.fromEntries(entries.filter(([key]) => key in own)),
  } as unknown as T;
}

/** sha256 (lower-case hex) of a config with its defaults: comments, order and white space do not count. */
function configHash(config: Config): string {
  return createHash('sha256').update(JSON.stringify(config, sortKeys)).digest('hex');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
