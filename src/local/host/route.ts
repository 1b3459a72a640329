/** A route template such as `runs/{id}`, ready to be matched against paths. */
export interface Route {
  readonly template: string;
  /** The parameters of a path (without leading slash), or undefined if it does not match. */
  match(path: string): Readonly<Record<string, string>> | undefined;
  /** Higher is more specific: `runs/latest` before `runs/{id}`. */
  readonly rank: string;
}

const constraints: Readonly<Record<string, RegExp>> = {
  int: /^-?\d+$/,
  long: /^-?\d+$/,
  alpha: /^[a-z]+$/i,
  bool: /^(true|false)$/i,
  guid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
};

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'rest'; readonly name: string }
  | { readonly kind: 'parameter'; readonly name: string; readonly optional: boolean; readonly test?: RegExp };

/** Parses a route template. Throws for a part the Azure host knows and this one does not. */
export function parseRoute(template: string): Route {
  const segments = template
    .split('/')
    .filter(Boolean)
    .map((part) => parseSegment(part, template));
  return {
    template,
    rank: segments.map((segment) => ({ literal: '2', parameter: '1', rest: '0' })[segment.kind]).join(''),
    match(path) {
      const parts = path.split('/').filter(Boolean);
      const found: Record<string, string> = {};
      for (const [index, segment] of segments.entries()) {
        if (segment.kind === 'rest') {
          found[segment.name] = parts.slice(index).map(decode).join('/');
          return found;
        }
        const part = parts[index];
        if (segment.kind === 'literal') {
          // Azure compares without regard to case.
          if (part === undefined || decode(part).toLowerCase() !== segment.text) return undefined;
        } else if (part === undefined) {
          if (!segment.optional) return undefined;
        } else {
          const value = decode(part);
          if (segment.test?.test(value) === false) return undefined;
          found[segment.name] = value;
        }
      }
      return parts.length > segments.length ? undefined : found;
    },
  };
}

function parseSegment(part: string, template: string): Segment {
  if (!/[{}]/.test(part)) return { kind: 'literal', text: part.toLowerCase() };
  const match = /^\{(\*?)(\w+)(?::(\w+))?(\??)\}$/.exec(part);
  const constraint = match?.[3];
  const test = constraint === undefined ? undefined : constraints[constraint];
  if (match?.[2] === undefined || (constraint !== undefined && test === undefined)) {
    throw new Error(
      `Route "${template}": the local host knows no "${part}". Use {name}, {name:int}, {name?} or {*rest}.`,
    );
  }
  const name = match[2];
  if (match[1] === '*') return { kind: 'rest', name };
  return { kind: 'parameter', name, optional: match[4] === '?', ...(test === undefined ? {} : { test }) };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    // Malformed escapes reach the function as they are, as in Azure.
    return part;
  }
}
