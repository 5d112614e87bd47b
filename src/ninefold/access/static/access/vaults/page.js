// What the pages of vaults do alike: show what needs script, read files, hand out files.

import { Fault } from "./fault.js";

export const at = (id) => document.getElementById(id);

/** Parts of a page that work by script only are hidden until the script is there. */
export function awake() {
  for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;
}

/** A link that saves bytes or a text under a name; they stay in the browser. */
export function saving(link, content, name) {
  link.href = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  link.download = name;
}

/** The only file that was chosen, as text; nothing if none was. */
export async function chosenText(input) {
  const [file] = input.files;
  return file ? file.text() : undefined;
}

/** What the server gives at an address; anything but a plain yes is a fault. */
export async function taken(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Fault("noAnswer");
  return answer;
}
