import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../core/errors.ts';
import { type NamedStorage, storageOf } from '../local/start/options.ts';

/** Options by which a command asks the API of a deployed service. */
export interface RemotePlace {
  readonly url?: URL;
  readonly scope?: string;
  readonly keyFile?: string;
  readonly tokenFile?: string;
}

/** A service by its API, and what opens it. */
export interface RemoteService {
  readonly url: URL;
  /** `scope`: a token for it is asked for when it is needed. */
  readonly credential: { readonly kind: 'scope' | 'token' | 'key'; readonly text: string };
}

/** Gives a command the options by which remoteOf() finds a deployed service. */
export function withRemote(command: Command): Command {
  return command
    .option('--url <url>', 'the API of a deployed service (default: SERVICE_TAG_SYNC_URL)', readUrl)
    .option('--scope <scope>', 'sign in for it: api://<client id>/.default (default: SERVICE_TAG_SYNC_SCOPE)')
    .option('--token-file <file>', 'a token for it from elsewhere (default: the token in SERVICE_TAG_SYNC_TOKEN)')
    .option('--key-file <file>', 'a function key of it (default: the key in SERVICE_TAG_SYNC_KEY)');
}

/** Options that name a service by its storage, beside which there is no API to ask. */
interface LocalPlace extends NamedStorage {
  readonly data?: string;
  readonly config?: string;
  readonly arm?: string;
}

/**
 * The deployed service that a command addresses; undefined where it addresses storage. Throws UsageError for options that
 * contradict each other, and for a URL without exactly one credential.
 */
export async function remoteOf(
  place: RemotePlace & LocalPlace,
  env: NodeJS.ProcessEnv,
): Promise<RemoteService | undefined> {
  const named = place.data ?? storageOf(place);
  const url = place.url ?? (named === undefined ? urlIn(env) : undefined);
  if (url === undefined) {
    const alone = credentialOptions.filter(({ option }) => place[option] !== undefined).map(({ flag }) => flag);
    if (alone.length === 0) return undefined;
    throw new UsageError(`expected --url beside ${alone.join(' and ')}, got none: name the service that it opens`);
  }
  const beside = localOptions.filter(([name]) => place[name] !== undefined);
  if (beside.length > 0) {
    const flags = beside.map(([, flag]) => flag).join(' and ');
    throw new UsageError(
      `expected a URL or ${flags}, got both: a service behind a URL has its own config and storage. Leave one out${place.url ? '' : '; the URL is from SERVICE_TAG_SYNC_URL'}`,
    );
  }
  return { url, credential: await credentialOf(place, env) };
}

const localOptions = [
  ['data', '--data'],
  ['storage', '--storage'],
  ['storageFile', '--storage-file'],
  ['config', '--config'],
  ['arm', '--arm'],
] as const;

const credentialOptions = [
  { option: 'scope', flag: '--scope', setting: 'SERVICE_TAG_SYNC_SCOPE' },
  { option: 'tokenFile', flag: '--token-file', setting: 'SERVICE_TAG_SYNC_TOKEN' },
  { option: 'keyFile', flag: '--key-file', setting: 'SERVICE_TAG_SYNC_KEY' },
] as const;

const ways =
  'one of --scope api://<client id>/.default (signs in as `az login` or the managed identity does), --token-file or SERVICE_TAG_SYNC_TOKEN (from `az account get-access-token`), --key-file or SERVICE_TAG_SYNC_KEY';

/** An option goes before the environment; two of the same rank are refused, since they may be of different rights. */
async function credentialOf(place: RemotePlace, env: NodeJS.ProcessEnv): Promise<RemoteService['credential']> {
  const options = credentialOptions.filter(({ option }) => place[option] !== undefined);
  const given = options.length > 0 ? options : credentialOptions.filter(({ setting }) => env[setting]);
  const [one, ...others] = given;
  const names = given.map(({ flag, setting }) => (options.length > 0 ? flag : setting));
  if (one === undefined) throw new UsageError(`expected a credential for the service, got none: give ${ways}`);
  if (others.length > 0) throw new UsageError(`expected one credential, got ${names.join(' and ')}: keep one of them`);
  const from = names[0] ?? one.flag;
  const file = one.option === 'scope' ? undefined : place[one.option];
  const text = file === undefined ? (place.scope ?? env[one.setting] ?? '') : await readSecret(file, one.flag);
  if (one.option === 'scope') return { kind: 'scope', text: scopeIn(text, from) };
  return { kind: one.option === 'tokenFile' ? 'token' : 'key', text: secretIn(text, from) };
}

async function readSecret(file: string, flag: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new UsageError(
      `expected a file in ${flag}, got ${file}, which cannot be read (${error.code}): name another one`,
    );
  }
}

/** What can stand in a header, and nothing of it in the message. */
function secretIn(text: string, from: string): string {
  // Also as `npm start` keeps it for curl: a header with its name.
  const secret = text.trim().replace(/^x-functions-key: */i, '');
  if (/^[\x21-\x7e]{1,20000}$/.test(secret)) return secret;
  throw new UsageError(
    `expected a key or a token in ${from}, one line of letters and digits without spaces, got ${secret === '' ? 'nothing' : 'another text'}: write it again`,
  );
}

function scopeIn(scope: string, from: string): string {
  if (/^[a-z]+:\/\/[^\s]+\/\.default$/.test(scope)) return scope;
  throw new UsageError(
    `expected a scope such as api://<client id>/.default in ${from}, got ${JSON.stringify(scope)}: the application ID URI of the app registration, and /.default behind it`,
  );
}

function urlIn(env: NodeJS.ProcessEnv): URL | undefined {
  const { SERVICE_TAG_SYNC_URL: text } = env;
  if (!text) return undefined;
  try {
    return readUrl(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new UsageError(`SERVICE_TAG_SYNC_URL: ${error.message}`);
  }
}

/** The base of an API. A credential goes along, so it is https, but on this machine. */
export function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url?.protocol === 'http:' && isLoopback(url);
  const bare = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (url !== undefined && bare && (plain || url.protocol === 'https:')) return url;
  throw new InvalidArgumentError(
    'Expected a URL such as https://<app>.azurewebsites.net, without credentials, query or fragment; http only to this machine (127.0.0.1, localhost).',
  );
}

/** Whether a URL stays on this machine. */
function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
