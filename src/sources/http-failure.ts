/** One request that led to no body. The message is a clause: "HTTP 503, in 3 attempts". */
export class HttpFailure extends Error {
  override name = 'HttpFailure';
  readonly retry: boolean;
  /** What the server asked us to wait. */
  readonly waitMilliseconds: number | undefined;
  /** What to do about it, as an imperative without a full stop; undefined where only the path to the server can be checked. */
  readonly next: string | undefined;

  constructor(
    message: string,
    retry: boolean,
    {
      waitMilliseconds,
      next,
    }: { readonly waitMilliseconds?: number | undefined; readonly next?: string | undefined } = {},
  ) {
    super(message);
    this.retry = retry;
    this.waitMilliseconds = waitMilliseconds;
    this.next = next;
  }
}

const certificates =
  'if TLS is inspected on the way, or the server has a certificate of your own authority, put the certificate of that authority (PEM) into a file and name it in the setting NODE_EXTRA_CA_CERTS before the process starts';
const proxyLogin =
  'put the login of the proxy into its address, HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT (special characters percent-encoded)';
const proxyPath = 'check HTTPS_PROXY and what the proxy lets through, or except the host in NO_PROXY';
const loginOfMirror = 'give the mirror `basic` or `headers` in `mirrors` of the source, with its secret by `$env`';

/** Codes of a chain that ends at an authority which Node does not know, https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const unknownAuthority: ReadonlySet<string> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
]);

/** What to do about other codes of a connection that will not pass by itself. */
const ofCode: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'check the clock of this machine; if it is right, the certificate of the server has to be renewed',
  CERT_NOT_YET_VALID: 'check the clock of this machine',
  ERR_TLS_CERT_ALTNAME_INVALID: 'check the address: the server has a certificate for another host name',
  EPROTO: 'check the address and HTTPS_PROXY: something that does not speak TLS answers at this port',
  ERR_SSL_WRONG_VERSION_NUMBER:
    'check the address and HTTPS_PROXY: something that does not speak TLS answers at this port',
};

/** What a status other than 200 means. */
export function failureOfStatus(status: number, waitMilliseconds: number | undefined): HttpFailure {
  const message = `HTTP ${status}`;
  if (status === 407) return new HttpFailure(`${message}, the proxy wants a login`, false, { next: proxyLogin });
  if (status === 401) return new HttpFailure(`${message}, the server wants a login`, false, { next: loginOfMirror });
  const next =
    status === 403
      ? 'if it stays so, the site may block clients that are no browser, or the login is wrong: set `userAgent` or `headers` of the source, or name `mirrors`'
      : undefined;
  return new HttpFailure(message, isPassing(status), { waitMilliseconds, next });
}

/** Whatever the network, TLS or zlib say carries a code; an error without one is a fault of ours and passes as it is. */
export function failureOf(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const { code } = error;
  const answered = /Proxy response \((\d+)\)/i.exec(error.message)?.[1];
  if (answered === '407') return new HttpFailure('HTTP 407, the proxy wants a login', false, { next: proxyLogin });
  if (answered !== undefined) {
    return new HttpFailure(`the proxy answers HTTP ${answered} and does not connect`, true, { next: proxyPath });
  }
  const message = `${error.message || 'no connection'} (${code})`;
  if (unknownAuthority.has(code)) return new HttpFailure(message, false, { next: certificates });
  const next = ofCode[code];
  return new HttpFailure(message, next === undefined, { next });
}

/** 403 and 404 too: the download centre's delivery network has answered both for files that were there a minute later. */
function isPassing(status: number): boolean {
  return status === 403 || status === 404 || status === 408 || status === 429 || status >= 500;
}
