import type { Actor } from './decision.ts';

/** Whether it is certain which person this is: by a verified sign-in, or by an object id. */
export function isProven({ how, id }: Actor): boolean {
  return how === 'token' || id !== undefined;
}

/**
 * Whether two are one person. Object ids decide where both have one: a name can be changed, and given to another person.
 * Sign-in names are the same in either case.
 */
export function isSamePerson(one: Actor, other: Actor): boolean {
  if (one.id !== undefined && other.id !== undefined) return one.id.toLowerCase() === other.id.toLowerCase();
  return nameOf(one) === nameOf(other);
}

/** Each person once, in the order of the first. */
export function distinctPersons(actors: readonly Actor[]): readonly Actor[] {
  return actors.filter((actor, at) => actors.findIndex((other) => isSamePerson(actor, other)) === at);
}

function nameOf({ name }: Actor): string {
  return name.trim().toLowerCase();
}

/** Whether a text is an object id of Entra, in either case. */
export function isObjectId(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** Who wrote a config, by what its pipeline says: an object id of Entra, a name, or both. */
export function configAuthor(name: string | undefined, id: string | undefined): Actor | undefined {
  const known = id !== undefined && isObjectId(id) ? id.toLowerCase() : undefined;
  const called = name?.trim() || known;
  return called ? { name: called, how: 'claimed', ...(known ? { id: known } : {}) } : undefined;
}
