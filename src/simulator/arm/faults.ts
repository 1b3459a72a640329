import { z } from 'zod';

/** What goes wrong. Several at once happen in this order. */
const effect = z.strictObject({
  delayMs: z.number().min(0).optional(),
  /** A change by somebody else, just before the request is served. */
  foreign: z.strictObject({ id: z.string(), merge: z.unknown() }).optional(),
  /** The connection is cut before the request was served, or after. */
  drop: z.enum(['before', 'after']).optional(),
  /** The answer, without the request being served. */
  status: z.number().int().min(100).max(599).optional(),
  /** How the operation that the request starts ends; `revert`: what was written is taken back then. */
  operation: z.enum(['Failed', 'Canceled']).optional(),
  revert: z.boolean().optional(),
  /** That end is left on the written resource only: what is updated along with it is again in the state it was in. */
  alone: z.boolean().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});

const faultRule = z.strictObject({
  match: z
    .strictObject({
      method: z.string().optional(),
      /** Without regard to case. */
      pathIncludes: z.string().optional(),
      /** Not before the nth request that matches, counted from 1. */
      nth: z.number().int().min(1).optional(),
    })
    .default({}),
  /** How many requests it strikes; 1 if not given. */
  times: z.number().int().min(1).default(1),
  effect,
});

export type Effect = z.infer<typeof effect>;

/** Parses the body of `PUT /-/faults`; throws ZodError. */
export function parseFaultRules(body: unknown): z.infer<typeof faultRule>[] {
  return z.array(faultRule).parse(body);
}

/** Fault rules, used up in their order: each request meets the first one that still strikes it. */
export class Faults {
  #rules: { rule: z.infer<typeof faultRule>; seen: number; left: number }[] = [];

  set(rules: readonly z.infer<typeof faultRule>[]): void {
    this.#rules = rules.map((rule) => ({ rule, seen: 0, left: rule.times }));
  }

  take(method: string, path: string): Effect | undefined {
    let struck: Effect | undefined;
    for (const entry of this.#rules) {
      const { match } = entry.rule;
      if (match.method !== undefined && match.method.toUpperCase() !== method) continue;
      if (match.pathIncludes !== undefined && !path.toLowerCase().includes(match.pathIncludes.toLowerCase())) continue;
      entry.seen++;
      if (struck !== undefined || entry.left === 0 || entry.seen < (match.nth ?? 1)) continue;
      entry.left--;
      struck = entry.rule.effect;
    }
    return struck;
  }
}
