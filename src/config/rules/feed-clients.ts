import type { Rule } from './rule.ts';

/** A feed that nobody may pull is filled for nobody. Only a note: whether a sign-in opens it stands in the app's settings. */
export const feedClients: Rule = function* ({ targets }) {
  for (const [id, { kind, settings }] of targets) {
    if (kind !== 'feed' && kind !== 'feed-names') continue;
    const { devices, keys, publish } = settings as Readonly<Record<string, object | undefined>>;
    if (Object.keys({ ...devices, ...keys }).length > 0 || publish) continue;
    yield {
      severity: 'note',
      path: ['targets', id],
      expected: 'who may pull it, in `devices` or `keys`',
      got: 'neither',
      hint: 'nobody can pull it, unless a sign-in is set up and opens it',
    };
  }
};
