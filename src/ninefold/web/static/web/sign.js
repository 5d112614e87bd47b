// Signs what the page shows, once its hashes come out of what it shows. The server checks everything again.

import { bytes, held, hex, joined, sha256, sign, unhex } from "./keys.js";

const form = document.querySelector("form[data-sign]");
const data = JSON.parse(document.getElementById("sign-data").textContent);
const shown = (name) => document.querySelector(`[data-${name}]`).textContent;
const tell = (name) => (form.querySelector("[data-told]").textContent = form.dataset[name]);

/** Whether the envelope gives the hash that is signed, and the body the digest in the envelope. */
async function fits() {
  const envelope = shown("envelope");
  const key = await crypto.subtle.importKey("raw", unhex(shown("body-key")), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const body = await crypto.subtle.sign("HMAC", key, joined(bytes("ninefold body v1\0"), bytes(shown("body"))));
  const digest = hex(await sha256(bytes(envelope)));
  return digest === shown("digest") && hex(body) === JSON.parse(envelope).body;
}

async function statement() {
  return joined(bytes("ninefold act v1\0"), await sha256(bytes(shown("envelope"))));
}

async function byPasskey(key) {
  const asked = {
    challenge: await sha256(await statement()),
    rpId: key.rp,
    allowCredentials: [{ type: "public-key", id: unhex(key.credential) }],
    userVerification: "required",
  };
  const { response } = await navigator.credentials.get({ publicKey: asked });
  return {
    key: key.key,
    kind: "passkey",
    value: hex(response.signature),
    client_data: hex(response.clientDataJSON),
    authenticator_data: hex(response.authenticatorData),
  };
}

async function byBrowser(key) {
  const own = await held(key.public);
  if (!own) return null;
  return { key: key.key, kind: "ed25519", value: await sign(own, await statement()) };
}

async function signWith(key) {
  try {
    if (!(await fits())) return tell("wrong");
    const signature = await (key.kind === "passkey" ? byPasskey(key) : byBrowser(key));
    if (!signature) return tell("elsewhere");
    document.getElementById("signed").value = btoa(JSON.stringify({ draft: data.draft, signature }));
    form.submit();
  } catch {
    tell("fault");
  }
}

async function ready() {
  if (!(await fits())) return tell("wrong");
  const checked = document.querySelector("[data-checked]");
  checked.textContent = checked.dataset.checked;
  for (const button of form.querySelectorAll("button[data-key]")) {
    const key = data.keys.find((one) => one.key === button.dataset.key);
    button.addEventListener("click", () => signWith(key));
    button.disabled = false;
  }
}

ready();
