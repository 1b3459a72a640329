import { inApi } from './in-api.ts';
import { inAzure } from './in-azure.ts';
import { inBoundaries } from './in-boundaries.ts';
import { inChanges } from './in-changes.ts';
import { inControl } from './in-control.ts';
import { inJudge } from './in-judge.ts';
import { inLocal } from './in-local.ts';
import { inMendings } from './in-mendings.ts';
import { inNotifiers } from './in-notifiers.ts';
import { inPlan } from './in-plan.ts';
import { inPublication } from './in-publication.ts';
import { inRun } from './in-run.ts';
import { inStore } from './in-store.ts';
import { inTargets } from './in-targets.ts';
import type { Mutant } from './mutant.ts';

/** Every mutant that is planted. A new guard brings its own. */
export const mutants: readonly Mutant[] = [
  ...inPublication,
  ...inJudge,
  ...inPlan,
  ...inControl,
  ...inRun,
  ...inApi,
  ...inAzure,
  ...inStore,
  ...inNotifiers,
  ...inTargets,
  ...inBoundaries,
  ...inChanges,
  ...inLocal,
  ...inMendings,
];
