import path from 'node:path';
import { defaultPolicy } from '../../src/core/judge/policy.ts';
import { replayFolder } from '../../src/replay/folder.ts';
import type { Figures } from '../../src/replay/metrics.ts';
import { copyingPolicies } from './copying-policies.ts';

/** The figures of the judge beside those of copying, over a folder of Public files and every regional tag of ACR and Storage. */
export async function benchReplay(folder: string, hindsightDays?: number): Promise<Readonly<Record<string, Figures>>> {
  const { policies } = await replayFolder({
    folder: path.resolve(folder),
    cloud: 'Public',
    policy: defaultPolicy,
    compared: copyingPolicies(),
    ...(hindsightDays === undefined ? {} : { hindsightDays }),
  });
  return policies;
}
