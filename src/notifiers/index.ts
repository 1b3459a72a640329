import type { NotifierDefinition } from '../ports/notifier.ts';
import { email } from './email.ts';
import { log } from './log.ts';
import { slack } from './slack.ts';
import { teams } from './teams.ts';
import { webhook } from './webhook.ts';

/** Every kind of channel. A new one is a file and a line here. */
export const notifiers: readonly NotifierDefinition[] = [teams, slack, webhook, email, log];
