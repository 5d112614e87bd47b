// "Found a vault": where no file was pasted, the vault is founded here and its file put into the form.

import { found } from "./ceremony.js";
import { Fault, telling } from "./fault.js";
import { at, awake } from "./page.js";

const form = at("found");
const file = form.elements.namedItem("file");

async function founded() {
  const chosen = [...form.querySelectorAll("[data-recipient]:checked")].map((one) => one.dataset);
  const name = at("vault-name").value.trim();
  if (!name) throw new Fault("noName");
  const custodians = chosen.map(({ label, recipient }) => ({ label, recipient }));
  return found({ name, k: at("quorum").valueAsNumber, custodians, day: form.dataset.today });
}

form.addEventListener("submit", async (event) => {
  if (file.value.trim()) return;
  event.preventDefault();
  const made = await telling(at("found-fault"), founded);
  if (made === undefined) {
    at("found-fault").scrollIntoView();
    return;
  }
  file.value = made.trimEnd();
  form.requestSubmit();
});

file.required = false;
awake();
