import { SourceError } from '../ports/source.ts';

/** What was looked at, and what came of it. One line for people. */
export interface Check {
  /** `storage`, `rights`, `target hub`. */
  readonly of: string;
  /** `note`: works, and somebody should know of it. */
  readonly result: 'good' | 'note' | 'bad';
  readonly text: string;
  /** What to do; with `bad` always. */
  readonly next?: string;
}

export const good = (of: string, text: string): Check => ({ of, result: 'good', text });
export const note = (of: string, text: string, next?: string): Check => ({
  of,
  result: 'note',
  text,
  ...(next === undefined ? {} : { next }),
});
export const bad = (of: string, text: string, next: string): Check => ({ of, result: 'bad', text, next });

/** What to do where an error says nothing about the way to what was looked at. */
const asItSays = 'put right what the message says';

/** A network, a server and a file system give their errors a code or a status; what is stored wrongly has neither. */
function isAboutTheWay(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { cause } = error;
  const own = 'statusCode' in error || 'code' in error || error.name === 'TimeoutError' || error.name === 'AbortError';
  return own || (cause instanceof Error && isAboutTheWay(cause));
}

/** What to do about storage that could not be read. */
export function nextOfStorage(error: unknown): string {
  return isAboutTheWay(error)
    ? 'check AzureWebJobsStorage (or its __tableServiceUri and siblings), the network on the way, and that the identity holds Storage Blob Data Owner, Queue Data Contributor and Table Data Contributor on the account'
    : asItSays;
}

/** What to do about a source that gave nothing. */
export function nextOfSource(error: unknown): string {
  return error instanceof SourceError
    ? 'open the way to it, or name a mirror or a file of your own in `source`'
    : asItSays;
}

/** What an error of the look at Azure's clock means, and what to do. */
export function clockFailure(error: unknown, said: string): { readonly text: string; readonly next: string } {
  return isAboutTheWay(error)
    ? {
        text: `Azure Resource Manager does not answer: ${said}`,
        next: 'see to it that this machine reaches it: DNS, proxy, firewall',
      }
    : { text: `could not be compared with Azure's: ${said}`, next: asItSays };
}
