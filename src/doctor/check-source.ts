import { messageOf } from '../core/errors.ts';
import { quantity } from '../core/judge/arithmetic.ts';
import { emptyLedger, type Ledger } from '../core/judge/ledger.ts';
import { listed } from '../messages/format.ts';
import { type Source, SourceError } from '../ports/source.ts';
import type { RunContext } from '../run/context.ts';
import { judgeCandidate } from '../run/judge-candidate.ts';
import { catalogInForce } from '../run/stored-publication.ts';
import { bad, type Check, good, nextOfSource, note } from './check.ts';

/** As many as a run looks at. */
const maxCandidates = 6;

const of = 'source';

/**
 * Asks the source as a run does, in the same order and for as long, and says what a run would say of what it has. Keeps nothing.
 * @param ledger what is in force; undefined where storage cannot be read.
 */
export async function checkSource(
  context: RunContext,
  ledger: Ledger | undefined,
  signal: AbortSignal,
): Promise<Check> {
  const refused: string[] = [];
  try {
    return (await judgeFiles(context, await context.source(), ledger, refused, signal)) ?? badFiles(refused);
  } catch (error) {
    if (signal.aborted) throw error;
    const line = messageOf(error).replace(/\s+/g, ' ').trim();
    const fault = bad(of, [...refused, line].join('; '), nextOfSource(error));
    const isAway = error instanceof SourceError && context.loaded.config.source.kind === 'download-centre';
    return isAway && refused.length === 0 ? { ...fault, unreachable: true } : fault;
  }
}

/** The first file that may be in force, as a run would take it; undefined where each was refused, which is added to `refused`. */
async function judgeFiles(
  context: RunContext,
  source: Source,
  known: Ledger | undefined,
  refused: string[],
  signal: AbortSignal,
): Promise<Check | undefined> {
  const ledger = known ?? emptyLedger(context.loaded.config.cloud);
  const { accepted } = ledger;
  const readInForce = () => catalogInForce(context, accepted);
  for await (const fetched of source.candidates(signal, accepted?.provenance.url)) {
    const { file, provenance, notes } = fetched;
    const name = `${file} by ${provenance.via}`;
    const judged = await judgeCandidate(context, fetched, accepted, { ledger, readInForce });
    if (judged.verdict === 'seen' || judged.verdict === 'accepted') {
      const what = judged.verdict === 'seen' ? 'the one in force' : 'a run would accept it';
      const text = [name, what, ...refused, ...notes].join('; ');
      return refused.length > 0 ? note(of, text, 'compare the refused file with the download page') : good(of, text);
    }
    const state = judged.verdict === 'waiting' ? 'would wait for a decision' : 'would be refused';
    refused.push(`${name} ${state}: ${judged.record.reasons.slice(0, 3).join(' ')}`, ...notes);
    if (refused.length >= maxCandidates) break;
  }
  return undefined;
}

function badFiles(refused: readonly string[]): Check {
  return bad(
    of,
    refused.length > 0 ? refused.join('; ') : 'it ended without a file',
    'compare the file with the download page; if it is right all the same, start a run and accept the file by its digest',
  );
}

const permission =
  'give the identity Microsoft.Network/locations/serviceTags/read at the subscription of `crossCheck.api`, or take the setting out; lists do not depend on it';

/** Asks the second opinion that the config names, if any. It is a note whatever is wrong: nothing waits for it. */
export async function checkDiscovery({ discovery }: RunContext, signal: AbortSignal): Promise<Check[]> {
  if (discovery === undefined) return [];
  const name = 'second opinion';
  const api = "Azure's Service Tag Discovery API";
  try {
    const { tags, unreadable } = await discovery.read(signal);
    if (tags.size + unreadable.size === 0) return [note(name, `${api} answers without any tag`, permission)];
    if (unreadable.size === 0) return [good(name, `${api} answers with ${quantity(tags.size, 'tag')}`)];
    const odd = listed([...unreadable].map(([tag, text]) => `${tag} (${text})`));
    return [note(name, `${api} spells prefixes in a way that cannot be read; these tags are not compared: ${odd}`)];
  } catch (error) {
    return [note(name, `${api} cannot be asked: ${messageOf(error)}`, permission)];
  }
}
