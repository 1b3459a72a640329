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
