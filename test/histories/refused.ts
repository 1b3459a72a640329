import { HttpRequest } from '@azure/functions';
import { madeUp } from '../../src/run/sandbox.ts';
import { ask } from '../support/service.ts';
import type { Played } from './played.ts';
import { fileOf } from './world/publish.ts';
import { allPoints } from './world/universe.ts';

/** As the Functions host hands on a chunked `{"dryRun": true}`: with its headers, without its body. */
const announced = {
  method: 'POST',
  url: 'http://localhost/api/runs',
  headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
};

/** Asks with a body that does not arrive: nothing may be asked for. */
export async function askWithLostBody(played: Played): Promise<void> {
  const { service } = await played.world.open();
  const { status } = await ask('runs', new HttpRequest(announced), { service: async () => service });
  if (status === 411) return;
  played.breaks('a lost body asks for nothing', 'a request without the body that it announced was taken for a run');
}

/** Offers a made-up publication that is newer than all others, and runs: its ranges may come into no target. */
export async function runOverSample(played: Played): Promise<void> {
  const { world, model } = played;
  const [offered, due] = [world.offered, model.offered];
  const number = (model.publication?.number ?? 0) + 1;
  const date = new Date(world.now).toISOString().slice(0, 10);
  const tags = new Map([...(model.publication?.tags ?? [])].map(([tag]) => [tag, allPoints(['20.0.0.0/30'])] as const));
  const file = fileOf({ number, date, tags });
  world.offered = { ...file, provenance: { ...file.provenance, via: madeUp } };
  world.fromSample = true;
  // The model knows nothing of it: what comes of it breaks what is promised of the file in force.
  model.offered = undefined;
  const seen = await played.run();
  world.fromSample = false;
  world.offered = offered;
  model.offered = due;
  const via = seen.runs.find(({ publication }) => publication?.provenance.via === madeUp)?.run;
  if (via !== undefined) played.breaks('made-up ranges stay in the sandbox', `run ${via} went by the sample`);
}
