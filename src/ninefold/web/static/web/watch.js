// Watches the reader's own label: reads the public leaves on from where this browser stopped, sees that they lead to the
// signed root, and asks about every entry under the label that was not confirmed here. What it knows stays in this
// browser (localStorage), so that the server cannot tell it what to expect.

import { bytes, hex, joined, sha256, unhex } from "./keys.js";

const MOST = 1000;
const FULL = 256;
const place = document.querySelector("[data-watch]");
const label = place.dataset.watch;
const slot = `ninefold.watch.${label.slice(0, 16)}`;
const say = (name, extra = "") => {
  place.querySelector("[data-said]").textContent = [place.dataset[name], extra].filter(Boolean).join(" ");
  place.classList.toggle("alarm", name !== "quiet");
};

async function get(path) {
  const answer = await fetch(`/tlog/${path}`, { credentials: "omit", cache: "no-store" });
  if (!answer.ok) throw new Error(path);
  return new Uint8Array(await answer.arrayBuffer());
}

const unbase64 = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

/** Size and root of the signed checkpoint; rejects when the key that this browser remembers did not sign it. */
async function checkpoint(state) {
  const note = new TextDecoder().decode(await get("checkpoint"));
  state.log ??= new TextDecoder().decode(await get("key")).trim();
  const first = state.log.indexOf("+"); // name+hash+key; the key may hold a plus sign too
  const [name, encoded] = [state.log.slice(0, first), state.log.slice(first + 10)];
  const end = note.indexOf("\n\n") + 1;
  const text = note.slice(0, end);
  const line = note.slice(end + 1).split("\n").find((one) => one.startsWith(`— ${name} `));
  const key = await crypto.subtle.importKey("raw", unbase64(encoded).slice(1), "Ed25519", false, ["verify"]);
  const signature = unbase64(line.split(" ")[2]).slice(4);
  if (!(await crypto.subtle.verify("Ed25519", key, signature, bytes(text)))) throw new Error("signature");
  const [origin, size, root] = text.split("\n");
  if (origin !== name) throw new Error("origin");
  return { size: Number(size), root: hex(unbase64(root)) };
}

async function tags() {
  const key = await crypto.subtle.importKey("raw", unhex(label), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const number = (n) => {
    const eight = new Uint8Array(8);
    new DataView(eight.buffer).setUint32(4, n);
    return eight;
  };
  const made = Array.from({ length: MOST }, (_, n) => crypto.subtle.sign("HMAC", key, joined(bytes("ninefold tag v1\0"), number(n))));
  return new Map((await Promise.all(made)).map((tag, n) => [hex(tag), n]));
}

function path(tile, width) {
  const digits = String(tile).padStart(Math.ceil(String(tile).length / 3) * 3, "0").match(/.{3}/g);
  const last = digits.pop();
  const steps = [...digits.map((one) => `x${one}`), last].join("/");
  return `tile/entries/${steps}${width === FULL ? "" : `.p/${width}`}`;
}

const node = async (left, right) => hex(await sha256(joined(Uint8Array.of(1), unhex(left), unhex(right))));

async function readOn(state, head, known) {
  for (let tile = Math.floor(state.size / FULL); tile * FULL < head.size; tile += 1) {
    const width = Math.min(FULL, head.size - tile * FULL);
    const bundle = await get(path(tile, width));
    if (bundle.length !== width * 34) throw new Error("bundle");
    const leaves = Array.from({ length: width }, (_, at) => bundle.slice(at * 34 + 2, (at + 1) * 34));
    const hashes = await Promise.all(leaves.map((leaf) => sha256(joined(Uint8Array.of(0), leaf)).then(hex)));
    for (let at = state.size - tile * FULL; at < width; at += 1) {
      let up = hashes[at];
      for (let size = state.size; size % 2 === 1; size = Math.floor(size / 2)) up = await node(state.roots.pop(), up);
      state.roots.push(up);
      const number = known.get(hex(leaves[at]));
      if (number !== undefined) state.found[number] = state.size;
      state.size += 1;
    }
  }
  const root = state.roots.length ? await state.roots.slice(0, -1).reduceRight(async (right, left) => node(left, await right), state.roots.at(-1)) : "";
  if (state.size !== head.size || root !== head.root) throw new Error("root");
}

function tell(state) {
  const strange = Object.keys(state.found).map(Number).filter((number) => number >= state.known);
  const button = place.querySelector("button");
  button.hidden = strange.length === 0;
  if (strange.length === 0) return say("quiet");
  button.onclick = () => {
    state.known = Math.max(...strange) + 1;
    localStorage.setItem(slot, JSON.stringify(state));
    tell(state);
  };
  return say(state.known === 0 ? "first" : "strange", strange.map((number) => `${number + 1}`).join(", "));
}

async function watch() {
  const kept = localStorage.getItem(slot);
  const state = kept ? JSON.parse(kept) : { size: 0, roots: [], found: {}, known: 0 };
  try {
    const [head, known] = await Promise.all([checkpoint(state), tags()]);
    await readOn(state, head, known);
  } catch {
    return say("broken");
  }
  localStorage.setItem(slot, JSON.stringify(state));
  return tell(state);
}

watch();
