import { createHmac, timingSafeEqual } from 'node:crypto';
import { StoredFormatError } from '../ports/store.ts';

/** Thrown for something stored that the service with this key did not write there: forged, moved from another place, or unsealed. */
class SealError extends StoredFormatError {
  override name = 'SealError';
}

/** How what is stored is sealed. */
export interface SealOptions {
  /** Secrets; the first one seals, each of them verifies, so that a key can be changed. At least one. */
  readonly keys: readonly string[];
  /** Whether what has no seal is accepted: for the first start after a version that did not seal. */
  readonly acceptUnsealed?: boolean;
}

/**
 * Seals what is stored with a key that the acting app alone has: an HMAC-SHA256 over the place and the content. Who may
 * write the storage account, and has no key, can remove what is stored there or put an older state of it back; not make
 * up a decision or a plan, nor move one to another run, target or instance.
 */
export class Seals {
  readonly #keys: readonly string[];
  readonly #acceptsUnsealed: boolean;

  constructor({ keys, acceptUnsealed = false }: SealOptions) {
    if (keys.length === 0) throw new RangeError('expected at least one key to seal with, got none');
    this.#keys = keys;
    this.#acceptsUnsealed = acceptUnsealed;
  }

  /** @param place partition and key of a row, or the path of a blob. */
  seal(place: string, text: string): string {
    return this.#sealBy(this.#keys[0] ?? '', place, text).toString('base64url');
  }

  /** Whether there may be something to seal anew: what has no seal, or what a former key sealed. */
  get mayRenew(): boolean {
    return this.#acceptsUnsealed || this.#keys.length > 1;
  }

  /** Whether the seal is that of the first key. */
  isCurrent(place: string, text: string, seal: unknown): boolean {
    return seal === this.seal(place, text);
  }

  /** Throws SealError unless the content was sealed for this place by one of the keys. */
  verify(place: string, text: string, seal: unknown): void {
    if (seal === undefined) {
      if (this.#acceptsUnsealed) return;
      throw new SealError(
        `${place}: expected a seal of this service, got none: it was written by another program, or by a version that did not seal (docs/upgrade.md)`,
      );
    }
    const given = Buffer.from(typeof seal === 'string' ? seal : '', 'base64url');
    const fits = this.#keys.some((key) => {
      const own = this.#sealBy(key, place, text);
      return own.length === given.length && timingSafeEqual(own, given);
    });
    if (fits) return;
    throw new SealError(
      `${place}: its seal does not fit: it was changed, or SERVICE_TAG_SYNC_SEAL_KEY is not the key it was sealed with`,
    );
  }

  #sealBy(key: string, place: string, text: string): Buffer {
    // The length keeps place and content apart, whatever they hold.
    return createHmac('sha256', key).update(`${place.length}:`).update(place).update(text).digest();
  }
}

const sealed = /,"seal":"([A-Za-z0-9_-]{43})"\}$/;

/** The JSON text of a blob with its seal as the last field. Without `seals`, the text as it is. */
export function withSeal(seals: Seals | undefined, path: string, text: string): string {
  return seals === undefined ? text : `${text.slice(0, -1)},"seal":"${seals.seal(path, text)}"}`;
}

/** What withSeal() was given. Throws SealError unless the seal fits; without `seals` none is asked for. */
export function withoutSeal(seals: Seals | undefined, path: string, text: string): string {
  const found = sealed.exec(text.slice(-64));
  const content = found ? `${text.slice(0, -found[0].length)}}` : text;
  seals?.verify(path, content, found?.[1]);
  return content;
}
