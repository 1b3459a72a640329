import { type Gauge, metrics } from '@opentelemetry/api';

const gauges = new Map<string, Gauge>();

/** Notes the value that something has now. Without a telemetry SDK nothing happens. */
export function gauge(name: string, unit: string, value: number, about: Readonly<Record<string, string>>): void {
  let known = gauges.get(name);
  if (!known) {
    known = metrics.getMeter('service-tag-sync').createGauge(name, { unit });
    gauges.set(name, known);
  }
  known.record(value, { ...about });
}
