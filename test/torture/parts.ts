import { badConfigs } from './bad-configs.ts';
import { badPublications } from './bad-publications.ts';
import { histories } from './histories.ts';
import { httpRequests } from './http-requests.ts';
import { injection } from './injection.ts';
import type { Part } from './part.ts';
import { queueMessages } from './queue-messages.ts';
import { storedDamage } from './stored-damage.ts';

/** Every part, in the order in which they are played. */
export const parts: readonly Part[] = [
  badPublications,
  badConfigs,
  storedDamage,
  httpRequests,
  queueMessages,
  injection,
  histories,
];
