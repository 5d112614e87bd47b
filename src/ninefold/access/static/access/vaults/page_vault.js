// One vault: destroy the key that this browser keeps for it.

import { telling, words } from "./fault.js";
import { destroy, kept } from "./keys.js";
import { at, awake } from "./page.js";

const button = at("destroy-key");

button?.addEventListener("click", () => telling(at("destroy-fault"), async () => {
  await destroy(button.dataset.recipient);
  button.disabled = true;
  at("destroy-said").textContent = words("destroyed");
}));

async function look() {
  if (!button) return;
  button.disabled = !(await kept()).some((one) => one.recipient === button.dataset.recipient);
  awake();
}

look().catch(() => {});
