// Founding a vault and opening it, in the browser: what ninefold/access/vaults/ceremony.py does, to the byte.

import { generateX25519Identity, identityToRecipient } from "../../vendor/scripts/age.js";
import { Fault } from "./fault.js";
import { armored, decrypted, encrypted, identityOf, secretOf, unarmored } from "./seals.js";
import { SIZE, combine, requireQuorum, split } from "./shares.js";
import { bytesOf, canonical, hex, isDigest, isId, joined, named, readCanonical, sha256, textOf, unhex } from "./texts.js";

const VAULT = "ninefold vault v1";
const SHARE = "ninefold share v1";
const OF_VAULT = ["custodians", "format", "founded", "k", "name", "recipient", "vault"];
const OF_SHARE = ["format", "index", "share", "vault"];
const ARMOR = /-----BEGIN AGE ENCRYPTED FILE-----[^-]*-----END AGE ENCRYPTED FILE-----/g;

const idBytes = (id) => unhex(id.replaceAll("-", ""));

async function commitmentTo(share) {
  return hex(await sha256(joined(bytesOf(SHARE), Uint8Array.of(0), idBytes(share.vault), Uint8Array.of(share.index), share.value)));
}

const shareText = (share) =>
  canonical({ format: SHARE, index: share.index, share: hex(share.value), vault: share.vault });

function readShare(bytes) {
  let told;
  try {
    told = readCanonical(textOf(bytes), OF_SHARE, SHARE);
  } catch {
    throw new Fault("noShare");
  }
  if (!Number.isInteger(told.index) || !isDigest(told.share) || !isId(told.vault)) throw new Fault("noShare");
  return { vault: told.vault, index: told.index, value: unhex(told.share) };
}

/** A new vault's file as text. Its identity exists only while this runs; its shares are tried before it is given. */
export async function found({ name, k, custodians, day }) {
  requireQuorum(k, custodians.length);
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const vault = crypto.randomUUID();
  const values = split(secretOf(identity), k, custodians.length);
  const kept = await Promise.all(
    custodians.map(async (one, at) => {
      const share = { vault, index: at + 1, value: values[at] };
      return {
        commitment: await commitmentTo(share),
        label: named(one.label),
        recipient: one.recipient,
        share: armored(await encrypted(bytesOf(shareText(share)), one.recipient)),
      };
    }),
  );
  const file = { custodians: kept, format: VAULT, founded: day, k, name: named(name), recipient, vault };
  for (let first = 0; first + k <= values.length; first += 1) {
    await keyFrom(file, values.slice(first, first + k).map((value, at) => ({ vault, index: first + at + 1, value })));
  }
  return `${canonical(file)}\n`;
}

/** The vault in a file's text. */
export function readVault(text) {
  const told = readCanonical(text.endsWith("\n") ? text.slice(0, -1) : text, OF_VAULT, VAULT);
  requireQuorum(told.k, told.custodians.length);
  if (!isId(told.vault) || !told.custodians.every((one) => isDigest(one.commitment))) throw new Fault("damaged");
  return told;
}

async function requireShare(file, share) {
  if (share.vault !== file.vault) throw new Fault("shareOfOtherVault");
  const kept = file.custodians[share.index - 1];
  if (!kept || (await commitmentTo(share)) !== kept.commitment) throw new Fault("wrongShare", { label: kept?.label ?? share.index });
}

/** The share that this key keeps in the vault's file. */
export async function ownShare(file, key) {
  const at = file.custodians.findIndex((one) => one.recipient === key.recipient);
  if (at < 0) throw new Fault("noCustodian");
  const share = readShare(await decrypted(unarmored(file.custodians[at].share), key.identity));
  await requireShare(file, share);
  if (share.index !== at + 1) throw new Fault("wrongShare", { label: file.custodians[at].label });
  return share;
}

/** One's own share, encrypted to another custodian of the same vault, as a text to send. */
export async function passOn(file, key, to) {
  if (!file.custodians.some((one) => one.recipient === to)) throw new Fault("noCustodian");
  return armored(await encrypted(bytesOf(shareText(await ownShare(file, key))), to));
}

/** All shares in a text that colleagues encrypted to this key, one after the other. */
export async function passedShares(file, text, key) {
  const found = text.match(ARMOR) ?? [];
  if (found.length === 0 && text.trim()) throw new Fault("noShare");
  const shares = [];
  for (const one of found) {
    const share = readShare(await decrypted(unarmored(one), key.identity));
    await requireShare(file, share);
    shares.push(share);
  }
  return shares;
}

/** The vault's identity from at least k different shares. */
export async function keyFrom(file, shares) {
  const byIndex = new Map();
  for (const share of shares) {
    await requireShare(file, share);
    if (share.value.length !== SIZE) throw new Fault("noShare");
    byIndex.set(share.index, share.value);
  }
  if (byIndex.size < file.k) throw new Fault("tooFewShares", { k: file.k, given: byIndex.size });
  const chosen = new Map([...byIndex].sort(([one], [other]) => one - other).slice(0, file.k));
  const identity = identityOf(combine(chosen));
  if ((await identityToRecipient(identity)) !== file.recipient) throw new Fault("foundedWrongly");
  return identity;
}
