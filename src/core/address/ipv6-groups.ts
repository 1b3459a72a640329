/** Group 0 to 7 (16 bits each) of the IPv6 address at `limbs[offset]`. */
export function groupOf(limbs: Uint32Array, offset: number, group: number): number {
  const limb = limbs[offset + (group >>> 1)] as number;
  return group % 2 === 0 ? limb >>> 16 : limb & 0xffff;
}

/** Sets group 0 to 7 of the IPv6 address at `limbs[offset]`. */
export function setGroup(limbs: Uint32Array, offset: number, group: number, value: number): void {
  const limb = limbs[offset + (group >>> 1)] as number;
  limbs[offset + (group >>> 1)] = group % 2 === 0 ? (limb & 0xffff) | (value << 16) : (limb & 0xffff0000) | value;
}

/**
 * The groups that RFC 5952 writes as `::`: the first longest run of two or more zeros, as `16 * start + length`; 0 if there is none. A
 * number, because it is asked for each prefix of a publication.
 */
export function longestZeroRun(limbs: Uint32Array, offset: number): number {
  let start = 0;
  let length = 0;
  let run = 0;
  for (let group = 0; group < 8; group++) {
    run = groupOf(limbs, offset, group) === 0 ? run + 1 : 0;
    if (run > 1 && run > length) {
      start = group - run + 1;
      length = run;
    }
  }
  return length === 0 ? 0 : 16 * start + length;
}
