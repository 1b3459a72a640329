/** What went wrong, for a person. Errors of the network name who did not answer, which their own words leave out. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const host = hostOf(error);
  if (host === undefined || !('code' in error) || ('statusCode' in error && error.statusCode !== undefined))
    return error.message;
  return `${host} does not answer (${error.message}): see that the storage is the right one (--data, --storage) and up; \`doctor\` looks at everything the service depends on`;
}

/** The SDK's errors carry the request that failed. */
function hostOf(error: Error): string | undefined {
  if (!('request' in error)) return undefined;
  const { request } = error;
  if (typeof request !== 'object' || request === null || !('url' in request)) return undefined;
  const url = String(request.url);
  return URL.canParse(url) ? new URL(url).host : undefined;
}
