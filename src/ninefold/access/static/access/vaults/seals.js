// age files in the browser: encrypted to one key, decrypted with one identity (a text, or a key kept by the browser).

import { Decrypter, Encrypter, armor, bech32 } from "../../vendor/scripts/age.js";
import { Fault } from "./fault.js";

const PREFIX = "AGE-SECRET-KEY-";

export async function encrypted(content, recipient) {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return encrypter.encrypt(content);
}

export async function decrypted(sealed, identity) {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    return await decrypter.decrypt(sealed);
  } catch {
    throw new Fault("notForThisKey");
  }
}

export const armored = (sealed) => armor.encode(sealed);

export function unarmored(text) {
  try {
    return armor.decode(text);
  } catch {
    throw new Fault("noShare");
  }
}

/** The 32 bytes of an identity's text. */
export function secretOf(identity) {
  try {
    return bech32.decodeToBytes(identity).bytes;
  } catch {
    throw new Fault("noIdentity");
  }
}

export const identityOf = (secret) => bech32.encodeFromBytes(PREFIX, secret).toUpperCase();

/** The one identity in the text of a file that `age-keygen`, `ninefold vault key` or this page wrote. */
export function identityIn(text) {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
  if (lines.length !== 1 || !lines[0].startsWith(`${PREFIX}1`) || secretOf(lines[0]).length !== 32) {
    throw new Fault("noIdentity");
  }
  return lines[0];
}
