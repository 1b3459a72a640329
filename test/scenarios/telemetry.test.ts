import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startTelemetry } from '../../src/telemetry/telemetry.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

const spans = new InMemorySpanExporter();
const numbers = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: numbers, exportIntervalMillis: 3_600_000 });
const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const config = {
  lists: { west: { tags: ['Storage.WestUS'] } },
  targets: { hub: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' } },
};
let world: World;
let folder: string;

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  folder = await mkdtemp(join(tmpdir(), 'telemetry-'));
  const publication = join(folder, 'ServiceTags_Public_20240115.json');
  await writeFile(publication, makeCatalogJson({ changeNumber: 200, tags: { 'Storage.WestUS': ['20.1.0.0/24'] } }));
  world = await openWorld(inject('azurite'), config);
  world.set({ publication, now: '2024-01-16T12:00:00Z' });
});

afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
  trace.disable();
  metrics.disable();
  context.disable();
});

/** The first data point of each metric, as exported now. */
async function latest() {
  numbers.reset();
  await reader.forceFlush();
  const points = numbers.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  return Object.fromEntries(
    points.map(({ descriptor, dataPoints }) => [descriptor.name.replace('service_tag_sync.', ''), dataPoints[0]]),
  );
}

test('a run is a span a stage and target, and numbers on how the service fares', async () => {
  const { run, status } = await world.run();
  expect(status).toBe('applied');
  const ended = spans.getFinishedSpans();
  const one = (name: string) => ended.filter((span) => span.name === name);
  expect(one('prepare').map(({ attributes }) => attributes)).toEqual([{ run }]);
  const [prepare] = one('prepare');
  for (const name of ['fetch and accept', 'read and plan']) {
    expect(
      one(name).map(({ parentSpanContext }) => parentSpanContext?.spanId),
      name,
    ).toEqual([prepare?.spanContext().spanId]);
  }
  expect(one('apply and verify').map(({ attributes }) => attributes)).toEqual([{ run, target: 'hub' }]);
  expect(one('close').map(({ attributes }) => attributes)).toEqual([{ run, status: 'applied' }]);

  const values = await latest();
  expect(values['publication.age']?.value).toBe(1);
  expect(values.effective).toMatchObject({ value: 256, attributes: { tag: 'Storage.WestUS' } });
  expect(values['target.fill']).toMatchObject({ value: 1 / 250_000, attributes: { target: 'hub' } });
  expect(values.questions?.value).toBe(0);
  expect(values.held?.value).toBe(0);
  expect(values['run.duration']?.value).toBeGreaterThanOrEqual(0);
});

test('a fault in a stage stands in its span', async () => {
  spans.reset();
  await world.faults([
    {
      match: { method: 'GET', pathIncludes: 'ipGroups' },
      times: 50,
      effect: { status: 403, code: 'AuthorizationFailed' },
    },
  ]);
  expect((await world.run()).status).toBe('failed');
  // An unreadable target is an outcome and no fault of the run: its span ends well, the outcome says the rest.
  expect(spans.getFinishedSpans().map(({ name }) => name)).toContain('read and plan');
});

test('a part of a plan that waits for a person is an open question', async () => {
  await world.faults([]);
  await world.configure({
    ...config,
    targets: { hub: { ...config.targets.hub, approval: { add: 'always' }, name: 'other' } },
  });
  expect((await world.run()).status).toBe('waiting');
  expect((await latest()).questions?.value).toBe(1);
});

test('telemetry that cannot start is told and stops nothing', async () => {
  const told: string[] = [];
  await startTelemetry({}, (message) => told.push(message));
  expect(told).toEqual([]);
  await startTelemetry({ APPLICATIONINSIGHTS_CONNECTION_STRING: 'nonsense' }, (message) => told.push(message));
  expect(told).toEqual(['telemetry is off']);
});
