import { z } from 'zod';

/** The query parameter `most`: how many to list. */
export const most = z
  .string()
  .regex(/^([1-9]\d{0,2}|1000)$/, 'a whole number from 1 to 1000')
  .transform(Number)
  .optional();
