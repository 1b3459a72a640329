import { commandOptions, wholeNumber } from '../command-options.ts';
import { startSimulatedArm } from './arm/server.ts';

/** The simulated ARM as a process of its own: prints one line, `{"url": ...}`, and stays up until SIGTERM or SIGINT. */
const usage = `npm -s run arm -- [--port N] [--operation-ms N] [--latency-ms N] [--when-busy 409|429] [--throttle]
  A simulated Azure Resource Manager, empty at first. Prints its address and runs until Ctrl+C.
    --port N             0, the default: a free one
    --operation-ms N     how long a long-running operation takes; 50 by default
    --latency-ms N       how long each request takes beside that; 0 by default
    --when-busy STATUS   what a write meets while another operation runs; 409 by default
    --throttle           Azure's documented token buckets apply
  PUT <url>/-/resources puts resources there, GET <url>/-/log shows its requests, PUT <url>/-/faults makes them fail.`;
const values = commandOptions(usage, {
  port: { type: 'string', default: '0' },
  'operation-ms': { type: 'string', default: '50' },
  'latency-ms': { type: 'string', default: '0' },
  'when-busy': { type: 'string', default: '409' },
  throttle: { type: 'boolean', default: false },
});
const week = 7 * 86_400_000;

const arm = await startSimulatedArm({
  port: wholeNumber('--port', values.port, 65_535),
  operationMs: wholeNumber('--operation-ms', values['operation-ms'], week),
  latencyMs: wholeNumber('--latency-ms', values['latency-ms'], week),
  whenBusy: values['when-busy'] === '429' ? 429 : 409,
  throttle: values.throttle,
});
process.stdout.write(`${JSON.stringify({ url: arm.url })}\n`);
process.stderr.write(`simulated ARM at ${arm.url}\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    arm.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
