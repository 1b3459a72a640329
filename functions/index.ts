// A fault before the first registration leaves an app without any function and without an error. So `health`, which
// needs next to nothing, comes first; a fault in the others is then reported with its message.
import './health.ts';
import { serves } from './settings.ts';

await import('./feeds.ts');
// Where firewalls reach an app from outside, it serves them and nothing else: what writes stands apart.
if (serves() === 'all') {
  await import('./sync-timer.ts');
  await import('./housekeeping-timer.ts');
  await import('./begin-run.ts');
  await import('./work-lane.ts');
  await import('./give-up-lane.ts');
  await import('./deliver.ts');
  await import('./runs.ts');
  await import('./run.ts');
  await import('./test-channels.ts');
  await import('./status.ts');
  await import('./holds.ts');
  await import('./registries.ts');
  await import('./answers.ts');
  await import('./plans.ts');
  await import('./lookup.ts');
  await import('./changes.ts');
  await import('./pause.ts');
  await import('./resume.ts');
  await import('./pin.ts');
  await import('./unpin.ts');
}
