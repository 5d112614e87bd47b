// "Put something in": sealed here; what goes into the form is ciphertext, and the fields of the plaintext have no name.

import { Fault, telling } from "./fault.js";
import { LARGEST, seal } from "./items.js";
import { at, awake } from "./page.js";
import { bytesOf, named } from "./texts.js";

const { vault, recipient } = at("sealing").dataset;

async function given() {
  const [file] = at("item-file").files;
  const text = at("item-text").value;
  if (!file && !text) throw new Fault("nothing");
  if (file?.size > LARGEST) throw new Fault("tooLarge", { most: LARGEST >> 20 });
  const name = named(at("item-name").value) || named(file?.name ?? "").slice(0, 200);
  if (!name) throw new Fault("noName");
  if (!file) return { name, media: "text/plain", content: bytesOf(text) };
  return { name, media: "application/octet-stream", content: new Uint8Array(await file.arrayBuffer()) };
}

at("seal").addEventListener("click", () => telling(at("deposit-fault"), async () => {
  const id = crypto.randomUUID();
  const sealed = await seal({ vault, id, ...(await given()) }, recipient);
  const fields = at("deposit").elements;
  const held = new DataTransfer();
  held.items.add(new File([sealed.age], `${id}.age`, { type: "application/octet-stream" }));
  fields.namedItem("sealed").files = held.files;
  fields.namedItem("item").value = id;
  fields.namedItem("commitment").value = sealed.commitment;
  at("item-text").value = "";
  at("item-file").value = "";
  at("deposit").requestSubmit();
}));

awake();
