import type { RunContext } from '../run/context.ts';
import { bad, type Check, note } from './check.ts';

/**
 * Rules of `answers` that only a sign-in can meet, where none is set up here: what waits could be approved by no one. From
 * a desk it is a note, since the app may have a sign-in that does not show there.
 */
export function checkAnswers(
  { loaded: { config } }: Pick<RunContext, 'loaded'>,
  { env, signIn }: { readonly env: Readonly<Record<string, string | undefined>>; readonly signIn: boolean },
): Check[] {
  if (signIn) return [];
  const rules = [config.answers, ...Object.values(config.targets).map(({ answers }) => answers)];
  const asked = [
    ...(rules.some((one) => (one?.approvers ?? 1) > 1) ? ['approvers'] : []),
    ...(rules.some((one) => one?.notWhoAsked) ? ['notWhoAsked'] : []),
    ...(rules.some((one) => (one?.groups ?? []).length > 0) ? ['groups'] : []),
  ];
  if (asked.length === 0) return [];
  const of = 'answers';
  const text = `\`${asked.join('`, `')}\` of \`answers\` asks for people who signed in, and no sign-in is set up here: what it asks about stays waiting`;
  const next = 'set up sign-in (docs/deployment.md, step 6), or take the rule out of the config';
  return [env.WEBSITE_SITE_NAME ? bad(of, text, next) : note(of, text, next)];
}
