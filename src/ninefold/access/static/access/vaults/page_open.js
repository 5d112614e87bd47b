// "Open": the share of the key in this browser, those of colleagues, the sealed items; nothing of it goes back.

import { keyFrom, ownShare, passOn, passedShares, readVault } from "./ceremony.js";
import { Fault, telling, words } from "./fault.js";
import { openItem } from "./items.js";
import { kept, loaded } from "./keys.js";
import { at, awake, chosenText, saving, taken } from "./page.js";
import { identityIn } from "./seals.js";
import { textOf } from "./texts.js";

const { vault, recipient, file, items } = at("opening").dataset;
let mine;

const vaultFile = async () => readVault(await (await taken(file)).text());

function key() {
  if (!mine) throw new Fault("noKey");
  return mine;
}

function found(one) {
  mine = one;
  at("my-key").textContent = one ? one.recipient : words("noKey");
  at("my-key").classList.toggle("hash", Boolean(one));
}

at("identity-file").addEventListener("change", () => telling(at("key-fault"), async () => {
  const text = await chosenText(at("identity-file"));
  if (text === undefined) return;
  const one = await loaded(identityIn(text));
  if (one.recipient !== recipient) throw new Fault("noCustodian");
  found(one);
}));

at("pass-on").addEventListener("click", () => telling(at("pass-fault"), async () => {
  at("passed-text").value = await passOn(await vaultFile(), key(), at("to").value);
  at("passed").hidden = false;
  at("passed-text").focus();
}));

async function sharesGiven() {
  const files = await Promise.all([...at("share-files").files].map((one) => one.text()));
  return [at("shares").value, ...files].join("\n");
}

/** A row of the list: name, length, whether it is what its entry says, and ways to see it. */
function row(item, listed) {
  const made = document.createElement("li");
  const told = document.createElement("p");
  const name = document.createElement("bdi");
  const save = document.createElement("a");
  const matches = listed.commitment === item.commitment && listed.sha256 === item.sha256 && listed.item === item.id;
  name.textContent = item.name;
  const said = [words("bytes", { n: item.content.length }), words(matches ? "matches" : "exchanged")].join(", ");
  told.append(name, `: ${said}`);
  told.className = matches ? "" : "fault";
  save.className = "button";
  save.textContent = words("save", { name: item.name });
  saving(save, item.content, item.name.replace(/[/\\]/g, "_"));
  made.append(told);
  if (item.media === "text/plain") made.append(shown(item));
  made.append(save);
  return made;
}

function shown(item) {
  const text = document.createElement("pre");
  text.dir = "auto";
  try {
    text.textContent = textOf(item.content);
  } catch {
    text.textContent = "";
  }
  return text;
}

async function opened(listed, identity) {
  const answer = await taken(`${items}${listed.item}/`);
  const made = document.createElement("li");
  try {
    return row(await openItem(new Uint8Array(await answer.arrayBuffer()), identity, vault), listed);
  } catch (error) {
    made.className = "fault";
    made.textContent = `${listed.item}: ${words(error instanceof Fault ? error.word : "failed", error.values)}`;
    return made;
  }
}

at("open").addEventListener("click", () => telling(at("open-fault"), async () => {
  const told = await vaultFile();
  const shares = [await ownShare(told, key()), ...(await passedShares(told, await sharesGiven(), key()))];
  const identity = await keyFrom(told, shares);
  const list = (await (await taken(items)).json()).items;
  at("opened").replaceChildren();
  for (const one of list) at("opened").append(await opened(one, identity));
  at("open-said").textContent = words("opened", { n: list.length });
}));

awake();
telling(at("key-fault"), async () => found((await kept()).find((one) => one.recipient === recipient)));
