// What lies in a vault, byte for byte as ninefold/access/vaults/items.py makes it.

import { decrypted, encrypted } from "./seals.js";
import { Fault } from "./fault.js";
import { bytesOf, canonical, hex, isId, joined, readCanonical, sha256, textOf } from "./texts.js";

const FORMAT = "ninefold item v1";
const MEMBERS = ["content", "format", "item", "media", "name", "vault"];
const KEY = 32;
const LENGTH = 4;
export const LARGEST = 8 << 20;

/** The next power of two from 1 KiB on; above 1 MiB the steps of Padmé. */
export function paddedSize(size) {
  let power = 1 << 10;
  while (power < size && power < 1 << 20) power *= 2;
  if (size <= power) return power;
  const exponent = 31 - Math.clz32(size);
  const step = 2 ** (exponent - exponent.toString(2).length);
  return Math.ceil(size / step) * step;
}

async function commitment(key, rest) {
  const how = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, how, false, ["sign"]);
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", imported, joined(bytesOf(FORMAT), Uint8Array.of(0), rest))));
}

function packed({ vault, id, name, media, content }) {
  const header = bytesOf(canonical({ content: content.length, format: FORMAT, item: id, media, name, vault }));
  const length = new Uint8Array(LENGTH);
  new DataView(length.buffer).setUint32(0, header.length);
  const size = paddedSize(KEY + LENGTH + header.length + content.length);
  if (size > LARGEST) throw new Fault("tooLarge", { most: LARGEST >> 20 });
  const rest = new Uint8Array(size - KEY);
  rest.set(joined(length, header, content));
  return rest;
}

/** Seal an item to a vault's key: the age file, and the commitment for its entry. */
export async function seal(item, recipient) {
  const key = crypto.getRandomValues(new Uint8Array(KEY));
  const rest = packed(item);
  return { age: await encrypted(joined(key, rest), recipient), commitment: await commitment(key, rest) };
}

function unpacked(rest) {
  const length = new DataView(rest.buffer, rest.byteOffset).getUint32(0);
  if (length > 4096 || length > rest.length) throw new Fault("noItem");
  let told;
  try {
    told = readCanonical(textOf(rest.subarray(LENGTH, LENGTH + length)), MEMBERS, FORMAT);
  } catch {
    throw new Fault("noItem");
  }
  const body = rest.subarray(LENGTH + length);
  const whole = Number.isInteger(told.content) && told.content >= 0 && told.content <= body.length;
  const texts = [told.name, told.media].every((text) => typeof text === "string") && isId(told.item) && isId(told.vault);
  if (!whole || !texts || body.subarray(told.content).some(Boolean)) throw new Fault("noItem");
  return { vault: told.vault, id: told.item, name: told.name, media: told.media, content: body.slice(0, told.content) };
}

/** The item in an age file, with its commitment and the fingerprint of the file. */
export async function openItem(sealed, identity, vault) {
  const plaintext = await decrypted(sealed, identity);
  if (plaintext.length !== paddedSize(plaintext.length)) throw new Fault("noItem");
  const rest = plaintext.slice(KEY);
  const item = unpacked(rest);
  if (item.vault !== vault) throw new Fault("otherVault");
  return { ...item, commitment: await commitment(plaintext.slice(0, KEY), rest), sha256: hex(await sha256(sealed)) };
}
