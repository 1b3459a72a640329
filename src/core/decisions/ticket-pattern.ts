/**
 * Characters that a ticket may have. It is looked at before the pattern is: what a pattern costs grows with the length of
 * the text.
 */
export const longestTicket = 200;
const longestPattern = 100;
/** Ways to divide a ticket among the parts of a pattern; all are tried where none fits. So many take some tenths of a second. */
const mostWays = 5_000_000;

/** The pattern as it is matched: against the whole ticket. Throws SyntaxError if it is no regular expression. */
export function ticketPattern(pattern: string): RegExp {
  // Compiled alone first: `a)|(b` is none, but would be one within the brackets.
  new RegExp(pattern, 'u');
  return new RegExp(`^(?:${pattern})$`, 'u');
}

/**
 * Why a pattern of a ticket is not taken, as what is expected instead; undefined for one that is. A pattern that
 * backtracks blocks the whole process for as long as it takes, and the text it is matched with comes from outside. So
 * what is taken is small: literals, classes, groups and alternatives, and repetitions of what repeats nothing itself.
 */
export function whyNotTicketPattern(pattern: string): string | undefined {
  if (!isExpression(pattern)) return 'a regular expression such as CHG\\d+';
  const cost = costOf(pattern);
  if (typeof cost === 'string') return cost;
  if (pattern.length > longestPattern) return `a pattern of at most ${longestPattern} characters`;
  return cost > mostWays
    ? 'a pattern with fewer parts of variable length: three repetitions such as `\\d+` at most, fewer beside alternatives'
    : undefined;
}

const nested =
  'a pattern without a repetition of a group that holds a repetition or `|`: repeat a class such as `[A-Z0-9]+`, or write it out';

function isExpression(pattern: string): boolean {
  try {
    ticketPattern(pattern);
    return pattern !== '';
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

interface Group {
  /** Holds a repetition, or alternatives. */
  repeats: boolean;
  alternatives: number;
}

// A valid expression is nothing but these: an escape, a class, the begin of a group, a repetition, any other character.
const token =
  /\\(?:[pPu]\{[^}]*\}|k<[^>]*>|.)|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:<?[=!]|[:<]|[a-z-]*:))?|(?:[*+?]|\{\d+(?:,\d*)?\})\??|./gsu;

/** How many ways there are at most to match a ticket with a valid expression, or what is expected instead of it. */
function costOf(pattern: string): number | string {
  const open: Group[] = [{ repeats: false, alternatives: 1 }];
  let closed: Group | undefined;
  let endless = 0;
  let ways = 1;
  for (const [sign] of pattern.matchAll(token)) {
    const group = open.at(-1);
    if (group === undefined) return 'a regular expression';
    const repetition = timesOf(sign);
    if (repetition !== undefined) {
      const { least, most } = repetition;
      if (closed?.repeats && most > 1) return nested;
      if (most > longestTicket && most !== Number.POSITIVE_INFINITY) return `repetitions of at most ${longestTicket}`;
      if (most === Number.POSITIVE_INFINITY) endless++;
      else ways *= most - least + 1;
      // What is there an exact number of times has one way to be there.
      if (most !== least) group.repeats = true;
    } else if (sign.startsWith('(')) {
      if (sign !== '(' && sign !== '(?:') return 'a pattern without `(?`, but for `(?:`';
      open.push({ repeats: false, alternatives: 1 });
      closed = undefined;
      continue;
    } else if (sign === ')') {
      closed = open.pop();
      const outer = open.at(-1);
      if (closed !== undefined && outer !== undefined && closed.repeats) outer.repeats = true;
      ways *= closed?.alternatives ?? 1;
      continue;
    } else if (sign === '|') {
      group.alternatives++;
      group.repeats = true;
    } else if (/^\\[1-9k]/.test(sign)) return 'a pattern without references such as `\\1`';
    closed = undefined;
  }
  for (let i = 1; i <= endless; i++) ways *= (longestTicket + i) / i;
  return ways * (open[0]?.alternatives ?? 1);
}

/** How often a repetition takes what is before it; undefined for any other sign. */
function timesOf(sign: string): { readonly least: number; readonly most: number } | undefined {
  const [, mark, from, comma, to] = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??$/.exec(sign) ?? [];
  const endless = Number.POSITIVE_INFINITY;
  if (mark !== undefined) return { least: mark === '+' ? 1 : 0, most: mark === '?' ? 1 : endless };
  if (from === undefined) return undefined;
  const least = Number(from);
  return { least, most: comma === undefined ? least : to === '' ? endless : Number(to) };
}
