// Bytes, hexadecimal digits and canonical JSON (RFC 8785), as ninefold/ledger/canonical.py writes it.

import { Fault } from "./fault.js";

const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

export const bytesOf = (text) => new TextEncoder().encode(text);
export const textOf = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
export const isDigest = (text) => typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
export const isId = (text) => typeof text === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The one spelling of texts, whole numbers, lists and objects with names in ASCII: all that our files hold. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value && typeof value === "object") {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  if (typeof value === "string" && LONE.test(value)) throw new Fault("damaged");
  return JSON.stringify(value);
}

/** The object of a text in canonical form that has exactly these members and this format. */
export function readCanonical(text, members, format) {
  let told;
  try {
    told = JSON.parse(text);
  } catch {
    throw new Fault("damaged");
  }
  const whole = told && typeof told === "object" && Object.keys(told).sort().join() === members.join();
  if (!whole || told.format !== format || canonical(told) !== text) throw new Fault("damaged");
  return told;
}

/** A name in one spelling, as the server wants it. */
export const named = (text) => text.normalize("NFC").trim();

export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
