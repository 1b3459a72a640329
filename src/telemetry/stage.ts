import { type Attributes, SpanStatusCode, trace } from '@opentelemetry/api';

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
