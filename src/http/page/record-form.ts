import type { DecisionRequest, RecordedDecisions } from '../../operator/operator.ts';
import type { Role } from '../access.ts';
import { dated, decisionBodies } from '../decisions.ts';
import { checkBody } from '../read-request.ts';
import { mustHave, type PageContext } from './session.ts';

/**
 * Records what a form confirms: the decision, with the fields `why`, `ticket` and `until` of the form, checked by the schemas
 * of the API. Throws BadRequest without the role or for fields that are wrong, DecisionRejected as the operator does.
 */
export async function recordForm(c: PageContext, role: Role, request: DecisionRequest): Promise<RecordedDecisions> {
  const session = c.get('session');
  mustHave(c, role);
  const form = await c.req.parseBody();
  const text = (name: string) => {
    const value = form[name];
    return typeof value === 'string' && value.trim() !== '' ? { [name]: value.trim() } : {};
  };
  const { why, ticket, ...decision } = checkBody(
    { ...request, ...text('why'), ...text('ticket'), ...('until' in form ? text('until') : {}) },
    { kinds: decisionBodies },
  ) as DecisionRequest & { readonly why: string; readonly ticket?: string };
  const { operator, settings } = c.env.call;
  const { now } = await settings();
  const meta = { by: session.actor(), why, ...(ticket === undefined ? {} : { ticket }) };
  return (await operator()).record(dated(decision as DecisionRequest, now()), meta);
}
