import { counted } from '../../judge/arithmetic.ts';
import type { TargetGuard } from './guard.ts';

/** A list that does not fit is not written in part: a part of an allow-list is a broken one. */
export const capacity: TargetGuard = ({ layout, unplaced, entries }) =>
  unplaced > 0
    ? {
        rule: 'capacity',
        text: `${counted(entries + unplaced)} entries are needed and ${counted(layout.entriesPerUnit * layout.maxUnits)} fit (${counted(layout.maxUnits)} x ${counted(layout.entriesPerUnit)}); ${counted(unplaced)} have no room`,
        next: 'select fewer tags, or spread the list over more targets',
      }
    : undefined;
