import * as z from 'zod';
import type { Kinds } from '../../src/config/schema.ts';
import { secret } from '../../src/ports/secret.ts';
import type { TargetDefinition } from '../../src/ports/target.ts';

interface BoxConfig {
  readonly box: string;
}

/** Two made-up kinds of target: one for IPv4 that wants a secret, one for both families. */
export const kinds: Kinds = {
  targets: [boxes('box4', ['ipv4'], { key: secret().exactOptional() }), boxes('box46', ['ipv4', 'ipv6'], {})],
  sources: [
    { kind: 'download-centre', summary: 'The download page.', schema: z.object({}), open: refuse },
    { kind: 'folder', summary: 'A folder of files.', schema: z.object({ path: z.string() }), open: refuse },
  ],
  notifiers: [{ kind: 'bell', summary: 'A bell.', schema: z.object({ tone: secret() }), open: refuse }],
};

function boxes(kind: string, families: TargetDefinition['families'], more: z.ZodRawShape): TargetDefinition {
  return {
    kind,
    summary: 'A box.',
    schema: z.object({ box: z.string(), ...more }),
    direction: 'egress',
    families,
    rights: [],
    reads: [],
    limits: [],
    place: () => 'boxes',
    lane: () => 'boxes',
    layout: (config) => ({
      families,
      entriesPerUnit: 10,
      maxUnits: 2,
      unitKey: (family, index) => `${(config as BoxConfig).box}-${family}-${index}`,
      whenEmpty: 'delete',
    }),
    open: refuse,
  };
}

function refuse(): Promise<never> {
  throw new Error('nothing here may be opened');
}
