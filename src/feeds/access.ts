import { createHash, timingSafeEqual } from 'node:crypto';
import { clientAddress, isWithin } from '../core/feed.ts';
import { feedSecret, SecretError, type SecretRef } from '../ports/secret.ts';
import type { FeedConfig } from '../targets/feed.ts';

/** The credentials and the address of a request, from its headers. */
export interface Shown {
  readonly authorization?: string;
  readonly key?: string;
  readonly forwardedFor?: string;
  /** The signed-in user or app, by a token that Easy Auth checked, and whether it has the role for feeds. */
  readonly signedIn?: { readonly name: string; readonly may: boolean };
}

/**
 * - `client`: a device of the config, `key`, or a sign-in (see personAs()).
 * - `asks`: no credentials: challenge the client.
 * - `refused`: wrong credentials. `device`: the device that they name, if there is one.
 * - `no-role`: a sign-in without the role to pull.
 * - `elsewhere`: its address is not allowed.
 * - `broken`: the setting of a secret is missing or its secret too short, so the credentials cannot be checked: a fault of the service.
 */
export type Access =
  | { readonly kind: 'client'; readonly client: string }
  | { readonly kind: 'asks' }
  | { readonly kind: 'refused'; readonly device?: string }
  | { readonly kind: 'no-role' }
  | { readonly kind: 'elsewhere'; readonly address?: string }
  | { readonly kind: 'broken'; readonly text: string };

/** Whose credentials are shown: a device of the config, the key, or a name that no device has; undefined without any. */
export function claimedBy(feed: FeedConfig, shown: Shown): { readonly client?: string } | undefined {
  const basic = basicOf(shown.authorization);
  if (basic) return Object.hasOwn(feed.devices, basic.user) ? { client: basic.user } : {};
  return shown.key === undefined ? undefined : { client: 'key' };
}

/** Precedes the name of a sign-in, so that it is never taken for a device: names of devices have no colon. */
const person = 'signed-in:';

/** The client that the pull of a sign-in is recorded for. */
function personAs(name: string): string {
  return `${person}${name}`;
}

/** The client for the log, without the names of people. */
export function withoutPeople(client: string): string {
  return client.startsWith(person) ? 'signed-in' : client;
}

/**
 * Authenticates a request: by a device's secret, else by a key, else by a sign-in. Wrong credentials are refused, even
 * beside valid ones. Takes the same time for every wrong secret.
 */
export function accessOf(feed: FeedConfig, shown: Shown, env: Readonly<Record<string, string | undefined>>): Access {
  const address = clientAddress(shown.forwardedFor, feed.proxies);
  const from = (allowed: readonly string[]) => allowed.length === 0 || isWithin(address, allowed);
  const elsewhere: Access = { kind: 'elsewhere', ...(address === undefined ? {} : { address }) };
  if (!from(feed.addresses)) return elsewhere;
  const basic = basicOf(shown.authorization);
  if (basic) {
    const device = Object.hasOwn(feed.devices, basic.user) ? feed.devices[basic.user] : undefined;
    const good = isOneOf(basic.password, device?.secrets ?? [], env);
    if (good.kind === 'broken') return good;
    if (good.kind === 'no') return { kind: 'refused', ...(device ? { device: basic.user } : {}) };
    return from(device?.addresses ?? []) ? { kind: 'client', client: basic.user } : elsewhere;
  }
  if (shown.key !== undefined) {
    const good = isOneOf(shown.key, feed.keys, env);
    if (good.kind === 'broken') return good;
    return good.kind === 'yes' ? { kind: 'client', client: 'key' } : { kind: 'refused' };
  }
  if (shown.signedIn) {
    return shown.signedIn.may ? { kind: 'client', client: personAs(shown.signedIn.name) } : { kind: 'no-role' };
  }
  return shown.authorization === undefined ? { kind: 'asks' } : { kind: 'refused' };
}

function isOneOf(
  given: string,
  refs: readonly SecretRef[],
  env: Readonly<Record<string, string | undefined>>,
): { kind: 'yes' } | { kind: 'no' } | { kind: 'broken'; text: string } {
  const digest = digestOf(given);
  const missing: string[] = [];
  let same = false;
  for (const ref of refs) {
    try {
      if (timingSafeEqual(digest, digestOf(feedSecret(ref, env)))) same = true;
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      missing.push(error.message);
    }
  }
  if (same) return { kind: 'yes' };
  return missing.length > 0 ? { kind: 'broken', text: missing.join('; ') } : { kind: 'no' };
}

/** Digests have one length, so neither the length of a secret nor where it differs shows in the time. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function basicOf(authorization: string | undefined): { user: string; password: string } | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
