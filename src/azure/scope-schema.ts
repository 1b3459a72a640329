import { z } from 'zod';

/** Fields of a config that say where in Azure something lives. Messages say what was expected. */
export const subscriptionIdField = z
  .string()
  .regex(
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    'a subscription id such as 11111111-2222-3333-4444-555555555555',
  )
  .describe('Id of the subscription.');

export const resourceGroupField = z
  .string()
  .regex(
    /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u,
    'the name of a resource group: at most 90 letters, digits, _ ( ) . -, not ending in a dot',
  )
  .describe('Name of the resource group. It must exist.');

/** Name of a resource of Microsoft.Network, or its beginning: at most `most` characters. */
export function networkNameField(what: string, most: number) {
  return z
    .string()
    .regex(
      new RegExp(`^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,${most - 2}}[A-Za-z0-9_])?$`),
      `${what}: at most ${most} letters, digits, _ . -, starting with a letter or digit, not ending in . or -`,
    );
}
