import { parseArgs } from 'node:util';
import { startSimulatedArm } from './server.ts';

/** `node src/local/arm/main.ts --port 4701`: prints `{"url"}` and stays up until SIGTERM. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'operation-ms': { type: 'string', default: '50' },
    'latency-ms': { type: 'string', default: '0' },
    'when-busy': { type: 'string', default: '409' },
    throttle: { type: 'boolean', default: false },
  },
});

const arm = await startSimulatedArm({
  port: Number(values.port),
  operationMs: Number(values['operation-ms']),
  latencyMs: Number(values['latency-ms']),
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
