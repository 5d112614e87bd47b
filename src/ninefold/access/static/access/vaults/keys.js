// A custodian's keys in this browser (IndexedDB). Where the browser can, a key is kept so that no script reads it again;
// whoever controls the page can still use it while the page is open. The file that is saved once is the way back.

import { generateX25519Identity, identityToRecipient } from "../../vendor/scripts/age.js";
import { secretOf } from "./seals.js";
import { joined, unhex } from "./texts.js";

// PKCS #8 around the 32 bytes of an X25519 key (RFC 8410, section 7).
const PKCS8 = unhex("302e020100300506032b656e04220420");

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("ninefold-vaults", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("keys", { keyPath: "recipient" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function doing(mode, act) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const change = database.transaction("keys", mode);
      const asked = act(change.objectStore("keys"));
      change.oncomplete = () => resolve(asked.result);
      change.onerror = change.onabort = () => reject(change.error);
    });
  } finally {
    database.close();
  }
}

async function locked(identity) {
  try {
    const how = { name: "X25519" };
    return await crypto.subtle.importKey("pkcs8", joined(PKCS8, secretOf(identity)), how, false, ["deriveBits"]);
  } catch {
    return identity;
  }
}

/** Keep an identity here; the key as `kept` gives it. */
export async function keep(identity, name) {
  const key = { recipient: await identityToRecipient(identity), identity: await locked(identity), name };
  await doing("readwrite", (store) => store.put(key));
  return key;
}

/** A new key, kept here, and its identity to save in a file now: it is shown this once. */
export async function make(name) {
  const identity = await generateX25519Identity();
  return { ...(await keep(identity, name)), identity };
}

/** The keys of this browser: `{recipient, identity, name}`, the identity a key that cannot be read where possible. */
export const kept = () => doing("readonly", (store) => store.getAll());

/** Destroy a key of this browser. */
export const destroy = (recipient) => doing("readwrite", (store) => store.delete(recipient));

/** A key from the text of an identity's file, for this page only. */
export const loaded = async (identity) => ({ recipient: await identityToRecipient(identity), identity, name: "" });

/** What stands in the file of an identity. */
export const fileOf = (key) => `# public key: ${key.recipient}\n${key.identity}\n`;
