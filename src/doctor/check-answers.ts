import type { Config } from '../config/config.ts';
import type { RunContext } from '../run/context.ts';
import { bad, type Check, note } from './check.ts';

/** Rules of `answers` that only people who signed in can meet, by their names, each once. */
function rulesForSignedIn({ answers, targets }: Pick<Config, 'answers' | 'targets'>): readonly string[] {
  const rules = [answers, ...Object.values(targets).map((target) => target.answers)];
  return [
    ...(rules.some((one) => (one?.approvers ?? 1) > 1) ? ['approvers'] : []),
    ...(rules.some((one) => one?.notWhoAsked) ? ['notWhoAsked'] : []),
    ...(rules.some((one) => (one?.groups ?? []).length > 0) ? ['groups'] : []),
  ];
}

/** What comes of such rules where nobody signs in, and what to do; undefined where there are none. */
export function unmetRules(config: Pick<Config, 'answers' | 'targets'>): { text: string; next: string } | undefined {
  const asked = rulesForSignedIn(config);
  if (asked.length === 0) return undefined;
  return {
    text: `\`${asked.join('`, `')}\` of \`answers\` asks for people who signed in, and no sign-in is set up here: what it asks about stays waiting, and nobody can approve it here`,
    next: 'set up sign-in (docs/deployment.md, step 6), or take the rule out of the config',
  };
}

/**
 * Rules of `answers` that only a sign-in can meet, where none is set up here: what waits could be approved by no one. From
 * a desk it is a note, since the app may have a sign-in that does not show there.
 */
export function checkAnswers(
  { loaded: { config } }: { readonly loaded: Pick<RunContext['loaded'], 'config'> },
  { env, signIn }: { readonly env: Readonly<Record<string, string | undefined>>; readonly signIn: boolean },
): Check[] {
  const unmet = signIn ? undefined : unmetRules(config);
  if (unmet === undefined) return [];
  const { text, next } = unmet;
  return [env.WEBSITE_SITE_NAME ? bad('answers', text, next) : note('answers', text, next)];
}
