import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const inflate = promisify(gunzip);

/** A server that compresses what is compressed already is known; more layers are a trick. */
const maxLayers = 2;

/** Bytes as they are without compression, and whether there was one. */
interface Unzipped {
  readonly bytes: Uint8Array;
  readonly compressed: boolean;
}

/**
 * Takes gzip off by what the bytes are and not by what a name or a header says: `.json.gz` is stored without a header, and some
 * servers announce gzip for what is none. Throws TooLarge for more than `maxBytes`, and zlib's own error for a damaged stream.
 */
export async function unzipped(bytes: Uint8Array, maxBytes: number): Promise<Unzipped> {
  let plain = bytes;
  let layers = 0;
  for (; layers < maxLayers && plain[0] === 0x1f && plain[1] === 0x8b; layers++) {
    try {
      plain = await inflate(plain, { maxOutputLength: maxBytes });
    } catch (error) {
      if (error instanceof RangeError) throw new TooLarge(maxBytes);
      throw error;
    }
  }
  return { bytes: plain, compressed: layers > 0 };
}

/** Thrown for bytes that are more than is taken. The message is a clause. */
export class TooLarge extends Error {
  override name = 'TooLarge';

  constructor(maxBytes: number) {
    super(`body larger than ${maxBytes.toLocaleString('en')} bytes`);
  }
}
