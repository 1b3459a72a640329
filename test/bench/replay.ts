import path from 'node:path';
import { defaultPolicy } from '../../src/core/judge/policy.ts';
import { type ReplayedFolder, replayFolder } from '../../src/replay/folder.ts';
import { copyingPolicies } from './copying-policies.ts';

/** The judge beside ways of copying, over a folder of Public files and every regional tag of ACR and Storage. */
export async function benchReplay(folder: string, hindsightDays?: number): Promise<ReplayedFolder> {
  return replayFolder({
    folder: path.resolve(folder),
    cloud: 'Public',
    policy: defaultPolicy,
    compared: copyingPolicies(),
    ...(hindsightDays === undefined ? {} : { hindsightDays }),
  });
}
