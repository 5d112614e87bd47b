// Shamir's secret sharing over GF(2^8), byte for byte that of ninefold/access/vaults/shares.py.
// Every factor is public (an index, or what follows from indexes): no table is looked up by a secret.

import { Fault } from "./fault.js";

export const SIZE = 32;
export const MOST = 20;

const strong = (size) => crypto.getRandomValues(new Uint8Array(size));

/** A block of bytes times a public factor, modulo x^8 + x^4 + x^3 + x + 1. */
function times(block, factor) {
  const total = new Uint8Array(block.length);
  const power = Uint8Array.from(block);
  for (let place = 0; place < 8; place += 1) {
    const taken = -((factor >> place) & 1);
    for (let at = 0; at < power.length; at += 1) {
      total[at] ^= power[at] & taken;
      power[at] = (power[at] << 1) ^ (-(power[at] >> 7) & 0x1b);
    }
  }
  return total;
}

const product = (a, b) => times(Uint8Array.of(a), b)[0];

function inverse(element) {
  let power = 1;
  for (let step = 0; step < 254; step += 1) power = product(power, element);
  return power;
}

function plus(one, other) {
  return one.map((byte, at) => byte ^ other[at]);
}

export function requireQuorum(k, n) {
  if (!(n >= 2 && n <= MOST && k >= 1 && k <= n)) throw new Fault("noQuorum", { most: MOST });
}

/** The n shares of a secret of 32 bytes, those of the indexes 1 to n. */
export function split(secret, k, n, random = strong) {
  requireQuorum(k, n);
  const terms = Array.from({ length: k - 1 }, () => random(SIZE));
  return Array.from({ length: n }, (_, at) =>
    [...terms, secret].reduce((value, term) => plus(times(value, at + 1), term), new Uint8Array(SIZE)),
  );
}

/** The secret from shares by index (a Map). Too few or wrong ones give another secret. */
export function combine(shares) {
  const indexes = [...shares.keys()];
  return indexes.reduce((total, index) => {
    const weight = indexes
      .filter((other) => other !== index)
      .reduce((made, other) => product(made, product(other, inverse(other ^ index))), 1);
    return plus(total, times(shares.get(index), weight));
  }, new Uint8Array(SIZE));
}
