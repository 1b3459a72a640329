import type { DomainEvent } from '../event.ts';
import type { InForce } from './in-force.ts';
import type { PauseWord, PinWord } from './word.ts';

/** What was in force when it was last told: ids of words. */
export interface ControlsTold {
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
export function followControls(
  before: ControlsTold | undefined,
  inForce: InForce,
): { told: ControlsTold; events: readonly DomainEvent[] } {
  const told: ControlsTold = {
    ...(inForce.paused ? { paused: toldOf(inForce.paused) } : {}),
    targets: Object.fromEntries([...inForce.pausedTargets].map(([target, word]) => [target, toldOf(word)])),
    ...(inForce.pin ? { pin: toldOf(inForce.pin) } : {}),
  };
  const events: DomainEvent[] = [];
  const compare = (
    control: 'pause' | 'pin',
    was: Told | undefined,
    word: PauseWord | PinWord | undefined,
    target?: string,
  ) => {
    if (was?.word === word?.id) return;
    const about = target === undefined ? {} : { target };
    if (word) {
      events.push({
        kind: 'control-changed',
        control,
        begins: true,
        ...about,
        by: word.by.name,
        why: word.why,
        ...(word.until === undefined ? {} : { until: word.until }),
        ...(word.kind === 'pin' ? { changeNumber: word.changeNumber } : {}),
      });
    } else if (was) {
      events.push({ kind: 'control-changed', control, begins: false, ...about, by: was.by, why: '' });
    }
  };
  compare('pause', before?.paused, inForce.paused);
  for (const target of new Set([...Object.keys(before?.targets ?? {}), ...inForce.pausedTargets.keys()])) {
    compare('pause', before?.targets[target], inForce.pausedTargets.get(target), target);
  }
  compare('pin', before?.pin, inForce.pin);
  return { told, events };
}

function toldOf({ id, by, until }: PauseWord | PinWord): Told {
  return { word: id, by: by.name, ...(until === undefined ? {} : { until }) };
}
