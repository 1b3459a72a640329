import { byFamily } from '../core/address/family.ts';
import { familyOf, PrefixError, parsePrefix } from '../core/address/prefix.ts';
import { PrefixSet } from '../core/address/prefix-set.ts';
import { isObject } from '../core/json.ts';
import { regionOf, serviceOf, type Tag } from '../core/publication/catalog.ts';

/**
 * The tags of a document as a script has them that copies `addressPrefixes` and checks nothing else: entries that are no
 * prefix are left out, of a tag named twice the last one counts. Undefined if the bytes are no JSON. For comparison only: nothing
 * that is ours may follow from it.
 */
export function uncheckedTagsIn(bytes: Uint8Array): ReadonlyMap<string, Tag> | undefined {
  const document = parsed(new TextDecoder().decode(bytes));
  if (!document) return undefined;
  const { value } = document;
  const tags = new Map<string, Tag>();
  const values = isObject(value) && Array.isArray(value.values) ? (value.values as readonly unknown[]) : [];
  for (const one of values) {
    if (!isObject(one) || typeof one.name !== 'string' || !isObject(one.properties)) continue;
    const list: unknown = one.properties.addressPrefixes;
    const entries = Array.isArray(list) ? (list as readonly unknown[]) : [];
    const published = entries.filter((entry) => typeof entry === 'string').filter(isPrefix);
    const { name } = one;
    tags.set(name, {
      name,
      service: serviceOf(name),
      region: regionOf(name),
      changeNumber: 0,
      published,
      prefixes: byFamily((family) =>
        PrefixSet.from(
          family,
          published.filter((prefix) => familyOf(prefix) === family),
        ),
      ),
    });
  }
  return tags;
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isPrefix(text: string): boolean {
  try {
    parsePrefix(text);
    return true;
  } catch (error) {
    if (error instanceof PrefixError) return false;
    throw error;
  }
}
