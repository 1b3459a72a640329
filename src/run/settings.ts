import { createHash } from 'node:crypto';
import type { Actor } from '../core/decisions/decision.ts';
import { configAuthor as authorNamed } from '../core/decisions/person.ts';
import { UsageError } from '../core/errors.ts';
import { alignProxySettings } from '../network/proxy-settings.ts';
import { isUnresolved, resolveReference } from '../ports/secret.ts';
import type { StoreConnection } from '../store/connect.ts';
import { isConnectionString, isPublicEmulator } from '../store/connection-string.ts';
import type { SealOptions } from '../store/seal.ts';

/** Settings of the environment. Everything else is in the config. */
export interface Settings {
  /** SERVICE_TAG_SYNC_CONFIG: path of the config, `service-tag-sync.json` by default. */
  readonly configFile: string;
  /** SERVICE_TAG_SYNC_CONFIG_JSON: the config itself, in place of a file. */
  readonly configJson?: string;
  /** SERVICE_TAG_SYNC_CONFIG_BLOB: the config as a blob of this name in the container `service-tag-sync-config`. */
  readonly configBlob?: string;
  /** SERVICE_TAG_SYNC_CONFIG_AUTHOR: who wrote that file or text, a name, an object id of Entra, or `name object-id`. */
  readonly configAuthor?: Actor;
  /** AzureWebJobsStorage, as a connection string or as the three service URIs that the platform sets for identities. */
  readonly storage: StoreConnection;
  /**
   * SERVICE_TAG_SYNC_FEEDS_STORAGE, as AzureWebJobsStorage: an account of its own for what feeds serve, which the app that
   * serves them reads alone. Absent: they lie in `storage`.
   */
  readonly feedsStorage?: StoreConnection;
  /**
   * SERVICE_TAG_SYNC_SEAL_KEY: secrets of at least 32 characters, the one to seal with first; absent in an app that serves
   * feeds, and over the emulator, whose account key everyone knows. SERVICE_TAG_SYNC_UNSEALED=accept takes what has no seal.
   */
  readonly seal?: SealOptions;
  /** SERVICE_TAG_SYNC_QUEUES: what the names of the queues begin with. */
  readonly queuePrefix: string;
  /** SERVICE_TAG_SYNC_ARM: where ARM answers, if not at the cloud's own address. */
  readonly armEndpoint?: string;
  /** AZURE_CLIENT_ID: the user-assigned identity, if one is to be used. */
  readonly identityClientId?: string;
  /** SERVICE_TAG_SYNC_RECORDS: container that gets every plan and decision, for one with an immutability policy. */
  readonly records?: string;
  /** SERVICE_TAG_SYNC_IDENTITY_<NAME>: client id of an identity that targets name. Throws SettingsError. */
  readonly identityNamed: (name: string) => string;
  /** SERVICE_TAG_SYNC_PUBLICATION: a file or a folder in place of the configured source, for runs by hand. */
  readonly publication?: {
    readonly path: string;
    /** SERVICE_TAG_SYNC_PUBLICATION_VIA: what its provenance says, `file` by default. */
    readonly via: string;
  };
  /** SERVICE_TAG_SYNC_SANDBOX, set by `npm start`: ARM and storage are both embedded, so made-up data may reach them. */
  readonly sandbox: boolean;
  /** SERVICE_TAG_SYNC_EASY_AUTH=1: Easy Auth is in front of the functions and names who signed in. See signInSettings(). */
  readonly easyAuth: boolean;
  /** Where this app is reached: WEBSITE_HOSTNAME, which the platform sets. The config may name another address. */
  readonly ownUrl?: string;
  /**
   * The clock. SERVICE_TAG_SYNC_NOW holds it still, for runs over old publications; SERVICE_TAG_SYNC_CLOCK_BEHIND is how many
   * milliseconds it goes behind, for a service that lives in the weeks of the sample.
   */
  readonly now: () => Date;
}

/** Thrown for a setting that is missing or makes no sense. */
export class SettingsError extends UsageError {
  override name = 'SettingsError';
}

/** Reads the settings. Throws SettingsError; values of secrets are never in its message. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  // Before the Azure SDK opens its first client, which reads them once.
  alignProxySettings();
  const path = env.SERVICE_TAG_SYNC_PUBLICATION;
  const storage = storageOf(env);
  return {
    configFile: env.SERVICE_TAG_SYNC_CONFIG || 'service-tag-sync.json',
    ...configOf(env),
    ...authorOf(env.SERVICE_TAG_SYNC_CONFIG_AUTHOR),
    storage,
    ...feedsStorageOf(env),
    ...sealOf(env, storage),
    queuePrefix: env.SERVICE_TAG_SYNC_QUEUES || 'service-tag-sync',
    ...(env.SERVICE_TAG_SYNC_ARM ? { armEndpoint: env.SERVICE_TAG_SYNC_ARM } : {}),
    ...(env.AZURE_CLIENT_ID ? { identityClientId: env.AZURE_CLIENT_ID } : {}),
    ...(env.SERVICE_TAG_SYNC_RECORDS ? { records: env.SERVICE_TAG_SYNC_RECORDS } : {}),
    identityNamed: (name) => identityOf(env, name),
    ...(path ? { publication: { path, via: env.SERVICE_TAG_SYNC_PUBLICATION_VIA || 'file' } } : {}),
    sandbox: isSandbox(env, storage),
    easyAuth: signInSettings(env).easyAuth,
    ...ownUrlOf(env),
    now: clockOf(env),
  };
}

/**
 * The value of SERVICE_TAG_SYNC_SANDBOX for an ARM and a storage account that one process started. It names both: where one
 * of them is exchanged, by an option or another setting, the mark stops counting.
 */
export function sandboxMark(arm: string, storage: string): string {
  return createHash('sha256').update(`${arm}\n${storage}`).digest('hex');
}

function isSandbox(
  { SERVICE_TAG_SYNC_SANDBOX: mark, SERVICE_TAG_SYNC_ARM: arm }: NodeJS.ProcessEnv,
  storage: StoreConnection,
): boolean {
  return arm !== undefined && 'connectionString' in storage && mark === sandboxMark(arm, storage.connectionString);
}

/** Two places at once are refused: it would not be clear which one counts. */
function configOf(env: NodeJS.ProcessEnv): Pick<Settings, 'configJson' | 'configBlob'> {
  const places = ['SERVICE_TAG_SYNC_CONFIG', 'SERVICE_TAG_SYNC_CONFIG_JSON', 'SERVICE_TAG_SYNC_CONFIG_BLOB'] as const;
  const named = places.filter((name) => env[name]);
  if (named.length > 1) {
    throw new SettingsError(
      `expected one place for the config, got ${named.join(' and ')}: keep one of these settings`,
    );
  }
  const { SERVICE_TAG_SYNC_CONFIG_JSON: json, SERVICE_TAG_SYNC_CONFIG_BLOB: blob } = env;
  return { ...(json ? { configJson: json } : {}), ...(blob ? { configBlob: blob } : {}) };
}

/** The host's own name, with a port on a machine of a developer; anything else is no address to lead people to. */
function ownUrlOf({ WEBSITE_HOSTNAME: host = '' }: NodeJS.ProcessEnv): Pick<Settings, 'ownUrl'> {
  if (!/^[a-z0-9][a-z0-9.-]*(:\d{1,5})?$/i.test(host)) return {};
  const isLocal = /^(localhost|127\.0\.0\.1)(:|$)/i.test(host);
  return { ownUrl: `${isLocal ? 'http' : 'https'}://${host}` };
}

function authorOf(text = ''): Pick<Settings, 'configAuthor'> {
  const last = text.trim().split(/\s+/).at(-1) ?? '';
  const named = authorNamed(undefined, last);
  const configAuthor = authorNamed(named ? text.slice(0, text.lastIndexOf(last)) : text, last);
  return configAuthor ? { configAuthor } : {};
}

function identityOf(env: NodeJS.ProcessEnv, name: string): string {
  const setting = `SERVICE_TAG_SYNC_IDENTITY_${name.toUpperCase().replaceAll('-', '_')}`;
  const clientId = env[setting];
  if (clientId) return clientId;
  throw new SettingsError(
    `the config names the identity "${name}", but ${setting} is not set: set it to the client id of that managed identity, or take \`identity\` out of the target`,
  );
}

/** The service's own state may lie in another account than the one that the Functions host works on. */
function storageOf(env: NodeJS.ProcessEnv): StoreConnection {
  const storage = connectionOf(env, 'SERVICE_TAG_SYNC_STORAGE') ?? connectionOf(env, 'AzureWebJobsStorage');
  if (storage) return storage;
  throw new SettingsError(
    'no storage: expected AzureWebJobsStorage (a connection string), or AzureWebJobsStorage__tableServiceUri, __blobServiceUri and __queueServiceUri; set them as app settings. On the command line: --data DIR asks the local service that runs over that folder (npm start -- --data DIR), --storage-file gives the account',
  );
}

function connectionOf(env: NodeJS.ProcessEnv, name: string): StoreConnection | undefined {
  const connectionString = env[name];
  if (connectionString) {
    if (isConnectionString(connectionString)) return { connectionString };
    throw new SettingsError(`${name}: expected the connection string of a storage account, got another text`);
  }
  const clientId = env.AzureWebJobsStorage__clientId;
  const tableServiceUri = env[`${name}__tableServiceUri`];
  const blobServiceUri = env[`${name}__blobServiceUri`];
  const queueServiceUri = env[`${name}__queueServiceUri`];
  if (!tableServiceUri || !blobServiceUri || !queueServiceUri) return undefined;
  return { tableServiceUri, blobServiceUri, queueServiceUri, ...(clientId ? { clientId } : {}) };
}

function feedsStorageOf(env: NodeJS.ProcessEnv): Pick<Settings, 'feedsStorage'> {
  const feedsStorage = connectionOf(env, 'SERVICE_TAG_SYNC_FEEDS_STORAGE');
  return feedsStorage ? { feedsStorage } : {};
}

/** Below this a key can be found by trying; `openssl rand -base64 32` gives 44. */
const shortestKey = 32;

/** An app that serves feeds alone has no key: it writes nothing that the acting app goes by. */
function sealOf(env: NodeJS.ProcessEnv, storage: StoreConnection): Pick<Settings, 'seal'> {
  const keys = (env.SERVICE_TAG_SYNC_SEAL_KEY ?? '').split(/[\s,]+/).filter((key) => key !== '');
  const expected = `expected a secret of at least ${shortestKey} characters, such as \`openssl rand -base64 32\` gives, as a Key Vault reference (docs/deployment.md)`;
  if (keys.some(isUnresolved)) {
    throw new SettingsError(
      `SERVICE_TAG_SYNC_SEAL_KEY: ${expected}, got the text of a reference, which the platform did not resolve, and which is no secret: ${resolveReference}`,
    );
  }
  if (keys.some((key) => key.length < shortestKey)) {
    throw new SettingsError(`SERVICE_TAG_SYNC_SEAL_KEY: ${expected}, got a shorter one`);
  }
  if (env.SERVICE_TAG_SYNC_SERVES === 'feeds') return {};
  if (keys.length === 0) {
    if ('connectionString' in storage && isPublicEmulator(storage.connectionString)) return {};
    throw new SettingsError(
      `SERVICE_TAG_SYNC_SEAL_KEY: ${expected}, got none. It seals what this service stores, so that no one else can make up a decision or a plan there`,
    );
  }
  const unsealed = env.SERVICE_TAG_SYNC_UNSEALED ?? '';
  if (unsealed !== '' && unsealed !== 'accept') {
    throw new SettingsError(
      `SERVICE_TAG_SYNC_UNSEALED: expected accept, or no such setting, got ${JSON.stringify(unsealed)}`,
    );
  }
  return { seal: { keys, acceptUnsealed: unsealed === 'accept' } };
}

/** What the settings say of sign-in, and whether the platform confirms it. */
export interface SignIn {
  /** SERVICE_TAG_SYNC_EASY_AUTH=1: Easy Auth is in front of every path, none excluded, and names who signed in. */
  readonly easyAuth: boolean;
  /** SERVICE_TAG_SYNC_SIGN_IN=required: function keys give no access. */
  readonly required: boolean;
  /** Easy Auth is expected, and the platform does not say that it is on: a header with a sign-in may be forged. */
  readonly switchedOff: boolean;
}

/**
 * Reads SERVICE_TAG_SYNC_EASY_AUTH and SERVICE_TAG_SYNC_SIGN_IN, and the sign of the platform. Throws SettingsError for
 * any other word than the documented ones: a misspelt one would leave keys valid, or let any caller claim any name.
 */
export function signInSettings(env: Readonly<Record<string, string | undefined>>): SignIn {
  const easyAuth = oneOf(env, 'SERVICE_TAG_SYNC_EASY_AUTH', ['0', '1']) === '1';
  const required = oneOf(env, 'SERVICE_TAG_SYNC_SIGN_IN', ['required']) === 'required';
  if (required && !easyAuth) {
    throw new SettingsError(
      'SERVICE_TAG_SYNC_SIGN_IN: expected SERVICE_TAG_SYNC_EASY_AUTH=1 beside "required", got it without: nothing would check a sign-in. Set both (`azd provision` with SIGN_IN_CLIENT_ID), or neither',
    );
  }
  return { easyAuth, required, switchedOff: easyAuth && !platformSignsIn(env) };
}

/** Whether sign-in is as the settings say, and what to do where it is not. */
interface SignInCheck {
  readonly ok: boolean;
  readonly text: string;
  readonly next?: string;
  /** The settings are right, but the platform does not confirm them: it does so in the app alone. */
  readonly ofPlatform?: true;
}

/** The result of signInSettings() as a check. */
export function checkSignIn(env: Readonly<Record<string, string | undefined>>): SignInCheck {
  try {
    const { easyAuth, required, switchedOff } = signInSettings(env);
    if (!easyAuth) return { ok: true, text: 'none is set up: function keys open the API' };
    if (switchedOff) {
      return {
        ok: false,
        ofPlatform: true,
        text: 'SERVICE_TAG_SYNC_EASY_AUTH is 1, but WEBSITE_AUTH_ENABLED, by which the platform says that Easy Auth is on, is not True: no sign-in is accepted',
        next: 'switch authentication of the app on again (`azd provision` does), or take the setting out',
      };
    }
    return { ok: true, text: required ? 'required of every caller' : 'accepted beside function keys' };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { ok: false, text: error.message, next: 'every request but GET /api/health is refused until then' };
  }
}

/**
 * "Injected into a Windows or Linux app to indicate whether App Service authentication is enabled",
 * https://learn.microsoft.com/azure/app-service/reference-app-settings#authentication--authorization. The Functions host
 * starts its own Easy Auth by the same variable and reads it as .NET reads a boolean, letters of either case.
 */
function platformSignsIn({ WEBSITE_AUTH_ENABLED: sign }: Readonly<Record<string, string | undefined>>): boolean {
  return sign?.trim().toLowerCase() === 'true';
}

/** A setting that takes a few words. An empty one is as good as none: a template writes it so. */
function oneOf(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  words: readonly string[],
): string | undefined {
  const given = env[name] || undefined;
  if (given === undefined || words.includes(given)) return given;
  throw new SettingsError(
    `${name}: expected ${words.join(' or ')}, or no such setting; got ${JSON.stringify(given)}. Correct it in the app settings`,
  );
}

function clockOf({
  SERVICE_TAG_SYNC_NOW: fixed,
  SERVICE_TAG_SYNC_CLOCK_BEHIND: behind,
}: NodeJS.ProcessEnv): () => Date {
  if (fixed) {
    const time = Date.parse(fixed);
    if (Number.isNaN(time)) {
      throw new SettingsError(`SERVICE_TAG_SYNC_NOW: expected a time such as 2024-01-15T00:00:00Z, got "${fixed}"`);
    }
    return () => new Date(time);
  }
  if (!behind) return () => new Date();
  if (!/^\d{1,14}$/.test(behind)) {
    throw new SettingsError(
      `SERVICE_TAG_SYNC_CLOCK_BEHIND: expected whole milliseconds such as 60000, got "${behind}"`,
    );
  }
  return () => new Date(Date.now() - Number(behind));
}
