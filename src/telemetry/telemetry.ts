import { type Attributes, type Gauge, metrics, SpanStatusCode, trace } from '@opentelemetry/api';

let started: Promise<void> | undefined;

/**
 * Sends spans and metrics to Application Insights from now on, under the app's identity. Does nothing, and loads nothing,
 * unless APPLICATIONINSIGHTS_CONNECTION_STRING is set: by default nothing leaves. Never throws: telemetry is not worth a run.
 */
export async function startTelemetry(
  env: NodeJS.ProcessEnv,
  log: (message: string, fields: Readonly<Record<string, unknown>>) => void,
): Promise<void> {
  const connectionString = env.APPLICATIONINSIGHTS_CONNECTION_STRING;
  if (!connectionString) return;
  started ??= (async () => {
    const { exportTo } = await import('./export.ts');
    await exportTo(connectionString, env.AZURE_CLIENT_ID || undefined);
  })();
  try {
    await started;
  } catch (error) {
    log('telemetry is off', { error: error instanceof Error ? error.message : String(error) });
  }
}

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

/**
 * Runs one stage of the work as a span, the child of the one it runs in. Without a telemetry SDK this costs next to
 * nothing and sends nothing.
 */
export function stage<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  return trace.getTracer('service-tag-sync').startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      span.recordException(error instanceof Error ? error : message);
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      throw error;
    } finally {
      span.end();
    }
  });
}
