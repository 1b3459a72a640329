import { AzureMonitorMetricExporter, AzureMonitorTraceExporter } from '@azure/monitor-opentelemetry-exporter';
import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

/** An instance may be frozen once it has nothing to do: what is there leaves soon. */
const spansEveryMs = 2_000;
const metricsEveryMs = 60_000;

/** Puts an SDK behind the OpenTelemetry API of this process: spans and metrics, and no instrumentation of others' code. */
export async function exportTo(connectionString: string, clientId: string | undefined): Promise<void> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  const options = {
    connectionString,
    credential: new DefaultAzureCredential(clientId === undefined ? {} : { managedIdentityClientId: clientId }),
    // An app has no disk of its own to keep things on.
    disableOfflineStorage: true,
  };
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({
      spanProcessors: [
        new BatchSpanProcessor(new AzureMonitorTraceExporter(options), { scheduledDelayMillis: spansEveryMs }),
      ],
    }),
  );
  const exporter = new AzureMonitorMetricExporter(options);
  metrics.setGlobalMeterProvider(
    new MeterProvider({
      readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: metricsEveryMs })],
    }),
  );
}
