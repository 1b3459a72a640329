import {
  app,
  type HttpFunctionOptions,
  type StorageQueueFunctionOptions,
  type TimerFunctionOptions,
} from '@azure/functions';

/** One trigger and what it calls, as plain data. */
export type FunctionDefinition =
  | { readonly kind: 'http'; readonly name: string; readonly options: HttpFunctionOptions }
  | { readonly kind: 'timer'; readonly name: string; readonly options: TimerFunctionOptions }
  | { readonly kind: 'queue'; readonly name: string; readonly options: StorageQueueFunctionOptions };

/** Where everybody must sign in, the platform asks for a token and the API for its role; a key would only be shared. */
function signInRequired(): boolean {
  const { SERVICE_TAG_SYNC_EASY_AUTH, SERVICE_TAG_SYNC_SIGN_IN } = process.env;
  return SERVICE_TAG_SYNC_EASY_AUTH === '1' && SERVICE_TAG_SYNC_SIGN_IN === 'required';
}

/** Tells the Functions runtime about one function. Outside a runtime this does nothing but warn. */
export function register({ kind, name, options }: FunctionDefinition): void {
  if (kind === 'http') app.http(name, signInRequired() ? { ...options, authLevel: 'anonymous' } : options);
  else if (kind === 'timer') app.timer(name, options);
  else app.storageQueue(name, options);
}
