import type { DomainEvent } from '../event.ts';
import type { PauseDecision, PinDecision } from './decision.ts';
import type { ActiveDecisions } from './in-effect.ts';

/** What was active when it was last told: ids of decisions. */
export interface AnnouncedControls {
  readonly paused?: Told;
  readonly targets: Readonly<Record<string, Told>>;
  readonly pin?: Told;
}

interface Told {
  readonly word: string;
  readonly by: string;
  readonly until?: string;
}

/** Compares what is in force with what was told: a pause or a pin is told when it begins and when it ends, once. */
export function announceControls(
  before: AnnouncedControls | undefined,
  active: ActiveDecisions,
): { told: AnnouncedControls; events: readonly DomainEvent[] } {
  const told: AnnouncedControls = {
    ...(active.paused ? { paused: announcedOf(active.paused) } : {}),
    targets: Object.fromEntries([...active.pausedTargets].map(([target, word]) => [target, announcedOf(word)])),
    ...(active.pin ? { pin: announcedOf(active.pin) } : {}),
  };
  const events: DomainEvent[] = [];
  const compare = (
    control: 'pause' | 'pin',
    was: Told | undefined,
    decision: PauseDecision | PinDecision | undefined,
    target?: string,
  ) => {
    if (was?.word === decision?.id) return;
    const about = target === undefined ? {} : { target };
    if (decision) {
      events.push({
        kind: 'control-changed',
        control,
        begins: true,
        ...about,
        by: decision.by.name,
        why: decision.why,
        ...(decision.until === undefined ? {} : { until: decision.until }),
        ...(decision.kind === 'pin' ? { changeNumber: decision.changeNumber } : {}),
      });
    } else if (was) {
      events.push({ kind: 'control-changed', control, begins: false, ...about, by: was.by, why: '' });
    }
  };
  compare('pause', before?.paused, active.paused);
  for (const target of new Set([...Object.keys(before?.targets ?? {}), ...active.pausedTargets.keys()])) {
    compare('pause', before?.targets[target], active.pausedTargets.get(target), target);
  }
  compare('pin', before?.pin, active.pin);
  return { told, events };
}

function announcedOf({ id, by, until }: PauseDecision | PinDecision): Told {
  return { word: id, by: by.name, ...(until === undefined ? {} : { until }) };
}
