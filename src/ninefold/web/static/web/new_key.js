// Makes a signing key in this browser and proves to the server that the browser holds it.

import { bytes, held, joined, make, sign } from "./keys.js";

const form = document.querySelector("form[data-new-key]");
const { challenge } = JSON.parse(document.getElementById("challenge").textContent);

async function prove() {
  const key = await make();
  const signature = await sign(await held(key), joined(bytes("ninefold key v1\0"), bytes(challenge)));
  form.elements.namedItem("signed").value = btoa(JSON.stringify({ challenge, public: key, signature }));
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await prove();
    form.submit();
  } catch {
    form.querySelector("[data-told]").textContent = form.dataset.fault;
  }
});
