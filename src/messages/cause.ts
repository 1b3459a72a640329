import type { Cause } from '../core/plan/plan-types.ts';

/** Why a step is there, in a few words: "publication 277, Storage.WestUS". */
export function causeText(cause: Cause): string {
  switch (cause.kind) {
    case 'publication':
      return `publication ${cause.changeNumber}, ${cause.tag}`;
    case 'released':
      return `hold ${cause.hold} released, ${cause.tag}`;
    case 'registry':
      return 'what the registry needs changed';
    case 'held':
      return `hold ${cause.hold} open again, ${cause.tag}`;
    case 'config':
      return 'the config changed';
    case 'foreign':
      return 'not written by this service';
    case 'carried over':
      return 'there since before causes were kept';
    case 'first contact':
      return 'there before the first run on this target';
    case 'drift':
      return 'somebody else changed the target';
    case 'joined':
      return 'prefixes are joined so that the list fits, or no longer are';
    case 'pin':
      return 'the lists are pinned to an earlier publication';
  }
}
