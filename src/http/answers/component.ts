import * as z from 'zod';

/** Schemas of answers that the document of the API describes once each, by name. A schema is added where it is made. */
export const components = z.registry<{ readonly id: string }>();

/** A type without what JSON does not tell: every field can only be read. */
export type Plain<T> = T extends readonly (infer Item)[]
  ? readonly Plain<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Plain<T[K]> }
    : T;

/** What an answer of this schema is. */
export type AnswerOf<S extends z.ZodType> = Plain<z.output<S>>;

/** True if two types have the same fields, optional ones included, all the way down. */
export type Same<A, B> =
  (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2 ? true : false;

/** Fields whose types differ, or that one of the types lacks. */
type Difference<A, B> = {
  [K in keyof A | keyof B]: K extends keyof A & keyof B ? (Same<A[K], B[K]> extends true ? never : K) : K;
}[keyof A | keyof B];

/**
 * Names a schema of an answer. The compiler refuses one that has another field than the view `V`, lacks one, or takes another
 * type for one. Fields that it does not know are dropped where an answer is read: a newer service may send them.
 */
export function component<V>() {
  return <S extends z.ZodType>(
    id: string,
    schema: S & (Same<z.output<S>, V> extends true ? unknown : { readonly differs: Difference<z.output<S>, V> }),
  ): S => {
    components.add(schema, { id });
    return schema;
  };
}
