import type { Service } from '../run/service.ts';

/** Works on a message. `tries` counts this one; undefined if the host does not say. */
export type MessageHandler = (service: Service, message: unknown, tries: number | undefined) => Promise<void>;

/** One function that a queue triggers, as plain data: what works on its messages is loaded with the first one. */
interface QueueFunction {
  /** Of the function in Azure. */
  readonly name: string;
  /** A queue of src/ports/queues.ts. */
  readonly queue: 'runs' | 'lanes' | 'lanesPoison' | 'deliveries';
  load(): Promise<MessageHandler>;
}

/** Every function that a queue triggers. Loaded on every cold start, so it loads nothing itself. */
export const queueFunctions: readonly QueueFunction[] = [
  { name: 'begin-run', queue: 'runs', load: async () => (await import('./messages.ts')).handleRunMessage },
  { name: 'work-lane', queue: 'lanes', load: async () => (await import('./messages.ts')).handleLaneMessage },
  // What was tried too often: the host moves it there.
  { name: 'give-up-lane', queue: 'lanesPoison', load: async () => (await import('./messages.ts')).handlePoisonedLane },
  { name: 'deliver', queue: 'deliveries', load: async () => (await import('./messages.ts')).handleDeliveryMessage },
];
