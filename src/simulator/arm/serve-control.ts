import * as z from 'zod';
import type { Answer, Call, RequestLog } from './call.ts';
import type { Buckets } from './faults.ts';
import { type Faults, parseFaultRules } from './faults.ts';
import { isJson, without } from './json.ts';
import type { Simulation } from './serve-resource.ts';
import { SeedError } from './state.ts';

const locks = z.array(z.strictObject({ scope: z.string(), level: z.enum(['CanNotDelete', 'ReadOnly']) }));

const permissions = z.array(z.strictObject({ scope: z.string(), actions: z.array(z.string()) }));
const denyAssignments = z.array(z.strictObject({ scope: z.string(), properties: z.record(z.string(), z.unknown()) }));

const quotas = z.strictObject({
  ipRules: z.int().exactOptional(),
  ipGroupAddresses: z.int().exactOptional(),
  securityRuleAddresses: z.int().exactOptional(),
});

export interface Controlled {
  readonly simulation: Simulation;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly buckets: Buckets;
}

/** Serves `/-/...`, the controls of the simulation, which no real ARM has. */
export function serveControl(controlled: Controlled, call: Call): Answer {
  try {
    const control = controls[`${call.method} ${call.path}`];
    if (control !== undefined) return control(controlled, call.body);
    const known = Object.keys(controls).join(', ');
    return { status: 404, body: { error: `expected one of ${known}, got ${call.method} ${call.path}` } };
  } catch (error) {
    if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } };
    if (error instanceof SeedError) return { status: 400, body: { error: error.message } };
    throw error;
  }
}

const done: Answer = { status: 204 };

const controls: Readonly<Record<string, (controlled: Controlled, body: unknown) => Answer>> = {
  'GET /-/resources': ({ simulation: { state, operations } }) => ({
    status: 200,
    body: {
      ...state.dump(operations.coming()),
      ...(state.locks.length === 0 ? {} : { locks: state.locks }),
      ...(state.denyAssignments.length === 0 ? {} : { denyAssignments: state.denyAssignments }),
    },
  }),
  'PUT /-/resources': ({ simulation: { state } }, body) => {
    if (!isJson(body))
      throw new SeedError('expected an object: resources by their id, "locks" and "denyAssignments" if any');
    if (body.locks !== undefined) state.locks = locks.parse(body.locks);
    if (body.denyAssignments !== undefined) state.denyAssignments = denyAssignments.parse(body.denyAssignments);
    if (body.permissions !== undefined) state.permissions = permissions.parse(body.permissions);
    if (body.quotas !== undefined) state.quotas = quotas.parse(body.quotas);
    const seeds = Object.entries(without(body, 'locks', 'denyAssignments', 'permissions', 'quotas'));
    // Wholes before their parts.
    for (const [id, resource] of seeds.sort(([a], [b]) => a.split('/').length - b.split('/').length)) {
      state.seed(id, resource);
    }
    return done;
  },
  'GET /-/log': ({ log }) => ({ status: 200, body: log.entries() }),
  'DELETE /-/log': ({ log }) => {
    log.clear();
    return done;
  },
  'PUT /-/faults': ({ faults }, body) => {
    faults.set(parseFaultRules(body));
    return done;
  },
  'DELETE /-/faults': ({ faults }) => {
    faults.set([]);
    return done;
  },
  'POST /-/reset': ({ simulation, faults, log, buckets }) => {
    simulation.state.clear();
    simulation.operations.clear();
    faults.set([]);
    log.clear();
    buckets.clear();
    return done;
  },
};
