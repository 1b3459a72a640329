import type { Change } from '../ports/store.ts';
import type {
  DecisionMeta,
  DecisionRequest,
  HoldView,
  LookupView,
  PlanView,
  RecordedDecisions,
  RegistriesView,
  StatusView,
} from './views.ts';

/** Thrown for a word that cannot be taken, with the reason and what would make it good. */
export class DecisionRejected extends Error {
  override name = 'WordRefused';
}

/** What people say to the service, and what they ask it. `wireDesk` opens it. */
export interface Operator {
  /**
   * Takes down what a person says, after checking it, and asks for the run that takes it up. Throws WordRefused with the
   * reason for a word that cannot be taken: done, expired, for another hold, by the wrong person, without its ticket.
   */
  record(request: DecisionRequest, meta: DecisionMeta): Promise<RecordedDecisions>;
  status(): Promise<StatusView>;
  holds(): Promise<readonly HoldView[]>;
  /** Registries as they are now, with advice; reads them and the targets of names. */
  registries(): Promise<RegistriesView>;
  /** By the id of one of its parts, or `run/target`; undefined if no recorded run has it. */
  plan(id: string): Promise<PlanView | undefined>;
  /** Throws RequestError for what is no address. */
  lookup(address: string): Promise<LookupView>;
  /** Newest first. */
  changes(query: { readonly target?: string; readonly most: number }): Promise<readonly Change[]>;
}
