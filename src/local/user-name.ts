import { userInfo } from 'node:os';

/** The name of the user here; undefined where the system knows none, as in some containers. */
export function userNameHere(): string | undefined {
  try {
    return userInfo().username;
  } catch (error) {
    // Node's error for a call of the system that failed.
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR')) throw error;
    return undefined;
  }
}
