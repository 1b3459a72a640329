import { SourceError } from '../ports/source.ts';

/** One check and its result, as a line for people. */
export interface Check {
  /** `storage`, `rights`, `target hub`. */
  readonly of: string;
  /** `note`: works, but deserves attention. */
  readonly result: 'good' | 'note' | 'bad';
  readonly text: string;
  /** What to do; with `bad` always. */
  readonly next?: string;
  /** Nothing was found wrong but the way there: from another place all may be well. */
  readonly unreachable?: true;
}

export const good = (of: string, text: string): Check => ({ of, result: 'good', text });
export const note = (of: string, text: string, next?: string): Check => ({
  of,
  result: 'note',
  text,
  ...(next === undefined ? {} : { next }),
});
export const bad = (of: string, text: string, next: string): Check => ({ of, result: 'bad', text, next });

/** What to do where an error is not about the connection. */
const asItSays = 'fix the cause that the message names';

/** Errors of a network, a server or a file system have a code or a status; errors about stored data have neither. */
function isAboutConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { cause } = error;
  const own = 'statusCode' in error || 'code' in error || error.name === 'TimeoutError' || error.name === 'AbortError';
  return own || (cause instanceof Error && isAboutConnection(cause));
}

/** What to do about storage that could not be read. */
export function nextOfStorage(error: unknown): string {
  return isAboutConnection(error)
    ? 'check AzureWebJobsStorage (or its __tableServiceUri and siblings), the network path, and that the identity holds Storage Blob Data Owner, Queue Data Contributor and Table Data Contributor on the account'
    : asItSays;
}

/** What to do about a source without a publication. */
export function nextOfSource(error: unknown): string {
  if (!(error instanceof SourceError)) return asItSays;
  return [...error.next, 'open the network path to it, or name a mirror or a file of your own in `source`'].join('; ');
}

/** The meaning of an error while Azure's clock was read, and what to do. */
export function clockFailure(
  error: unknown,
  said: string,
): { readonly text: string; readonly next: string; readonly unreachable: boolean } {
  return isAboutConnection(error)
    ? {
        unreachable: true,
        text: `Azure Resource Manager does not answer: ${said}`,
        next: 'make it reachable from this machine: DNS, proxy, firewall',
      }
    : { unreachable: false, text: `could not be compared with Azure's: ${said}`, next: asItSays };
}
