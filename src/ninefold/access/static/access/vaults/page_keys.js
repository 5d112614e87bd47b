// "My custodian's keys": make one, save its file once, bring one, destroy one. Only the recipient goes into the form.

import { Fault, telling, words } from "./fault.js";
import { destroy, fileOf, keep, kept, make } from "./keys.js";
import { at, awake, chosenText, saving } from "./page.js";
import { identityIn } from "./seals.js";

const fault = at("key-fault");

async function list() {
  const rows = (await kept()).map((key) => {
    const row = document.createElement("li");
    const button = document.createElement("button");
    const name = document.createElement("bdi");
    const recipient = document.createElement("span");
    row.className = "line";
    recipient.className = "hash";
    recipient.textContent = key.recipient;
    name.textContent = key.name;
    button.type = "button";
    button.textContent = words("destroy", { name: key.name });
    button.addEventListener("click", () => telling(fault, async () => {
      await destroy(key.recipient);
      at("key-said").textContent = words("destroyed");
      await list();
    }));
    row.append(name, recipient, button);
    return row;
  });
  at("keys-here").replaceChildren(...rows);
}

function offer(key, name) {
  const form = at("publish");
  form.elements.namedItem("name").value = name;
  form.elements.namedItem("recipient").value = key.recipient;
  at("key-said").textContent = words("kept");
}

function nameGiven() {
  const name = at("key-name").value.trim();
  if (!name) throw new Fault("noName");
  return name;
}

at("make-key").addEventListener("click", () => telling(fault, async () => {
  const name = nameGiven();
  const key = await make(name);
  saving(at("key-save").querySelector("a"), fileOf(key), "custodian.key.txt");
  at("key-save").hidden = false;
  offer(key, name);
  await list();
}));

at("key-file").addEventListener("change", () => telling(fault, async () => {
  const text = await chosenText(at("key-file"));
  if (text === undefined) return;
  const name = nameGiven();
  offer(await keep(identityIn(text), name), name);
  await list();
}));

awake();
telling(fault, list);
