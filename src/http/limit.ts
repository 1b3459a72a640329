import { z } from 'zod';
import { BadRequest } from './problem.ts';

/** Query parameters that say how many to list: `limit`, and `most`, its former name. */
export function limitFields(highest: 100 | 1000) {
  const pattern = highest === 100 ? /^([1-9]\d?|100)$/ : /^([1-9]\d{0,2}|1000)$/;
  const count = z.string().regex(pattern, `a whole number from 1 to ${highest}`).transform(Number).optional();
  return { limit: count, most: count };
}

/** How many to list. Throws BadRequest where both names are given: nobody knows which one is meant. */
export function limitOf(
  { limit, most }: { readonly limit?: number | undefined; readonly most?: number | undefined },
  absent: number,
): number {
  if (limit !== undefined && most !== undefined) {
    throw new BadRequest(
      'Expected one of the query parameters limit and most, got both. They are the same: use limit.',
    );
  }
  return limit ?? most ?? absent;
}
