import type { SecretRef } from '../ports/secret.ts';
import { SecretError } from '../ports/secret.ts';
import type { SourceContext } from '../ports/source.ts';
import type { DownloadCentreConfig, MirrorConfig } from './download-schema.ts';

/** A mirror as it is asked. Its address and its headers may hold secrets: neither is shown or stored. */
export interface Mirror {
  /** `mirror`, `mirror-2`: its place in the order of the config. */
  readonly via: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** A mirror that cannot be asked, and why, without a secret. */
interface UnusableMirror {
  readonly via: string;
  readonly why: string;
}

/** The mirrors of a config, in its order. One whose secret is missing is told in its place and leaves the others alone. */
export function mirrorsOf(
  { mirror, mirrors }: Pick<DownloadCentreConfig, 'mirror' | 'mirrors'>,
  secret: SourceContext['secret'],
): readonly (Mirror | UnusableMirror)[] {
  const all: readonly MirrorConfig[] = [...(mirror === undefined ? [] : [{ url: mirror, headers: {} }]), ...mirrors];
  return all.map((one, index) => {
    const via = index === 0 ? 'mirror' : `mirror-${index + 1}`;
    try {
      return {
        via,
        url: addressOf(one.url, secret),
        headers: { ...headersOf(one.headers, secret), ...basicOf(one, secret) },
      };
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      return { via, why: error.message };
    }
  });
}

/** Headers by their lower-case names. Throws SecretError for a secret that is missing or cannot be in a header. */
export function headersOf(
  headers: Readonly<Record<string, string | SecretRef>>,
  secret: SourceContext['secret'],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (typeof value === 'string') return [name.toLowerCase(), value];
      const text = secret(value).trim();
      if (!/^[\t\x20-\x7e]*$/.test(text)) {
        throw new SecretError(`expected printable ASCII in one line in the setting ${value.$env}, for a header`);
      }
      return [name.toLowerCase(), text];
    }),
  );
}

function addressOf(url: string | SecretRef, secret: SourceContext['secret']): URL {
  if (typeof url === 'string') return new URL(url);
  const parsed = URL.parse(secret(url).trim());
  const isWeb = parsed?.protocol === 'https:' || parsed?.protocol === 'http:';
  if (parsed === null || !isWeb || parsed.username !== '' || parsed.password !== '') {
    throw new SecretError(`expected a web address without user name and password in the setting ${url.$env}`);
  }
  return parsed;
}

function basicOf({ basic }: MirrorConfig, secret: SourceContext['secret']): { authorization?: string } {
  if (basic === undefined) return {};
  const credentials = Buffer.from(`${basic.user}:${secret(basic.password)}`).toString('base64');
  return { authorization: `Basic ${credentials}` };
}
