// The signing keys that this browser holds: made here, kept here, and never to be taken out (WebCrypto, IndexedDB).

const STORE = "keys";
const ENCODER = new TextEncoder();

export const bytes = (text) => ENCODER.encode(text);
export const hex = (data) => Array.from(new Uint8Array(data), (byte) => byte.toString(16).padStart(2, "0")).join("");
export const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
export const sha256 = (data) => crypto.subtle.digest("SHA-256", data);

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part instanceof ArrayBuffer ? new Uint8Array(part) : part, at);
    at += part.byteLength;
  }
  return whole;
}

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("ninefold", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(mode, act) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const asked = act(database.transaction(STORE, mode).objectStore(STORE));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  } finally {
    database.close();
  }
}

/** A new Ed25519 key; its public part in hexadecimal. Rejects where the browser does not know Ed25519. */
export async function make() {
  const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  const name = hex(await crypto.subtle.exportKey("raw", pair.publicKey));
  await within("readwrite", (store) => store.put(pair.privateKey, name));
  return name;
}

/** The private key of a public one, or undefined when this browser does not hold it. It signs, and nothing reads it. */
export const held = (name) => within("readonly", (store) => store.get(name));

/** A signature in hexadecimal. */
export async function sign(key, data) {
  return hex(await crypto.subtle.sign("Ed25519", key, data));
}
