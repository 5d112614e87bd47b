// "Tell me in this browser": subscribe it, and hand what it says to the form. Nothing is sent before the press.

const form = document.getElementById("push");
const fault = document.getElementById("push-fault");

function octets(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

async function ready(registration) {
  const worker = registration.installing ?? registration.waiting;
  if (!worker || registration.active) return;
  await new Promise((done) => worker.addEventListener("statechange", () => worker.state === "activated" && done()));
}

async function subscribed() {
  if (await Notification.requestPermission() !== "granted") throw new Error(form.dataset.refused);
  const registration = await navigator.serviceWorker.register(form.dataset.worker);
  await ready(registration);
  const terms = { userVisibleOnly: true, applicationServerKey: octets(form.dataset.key) };
  try {
    return await registration.pushManager.subscribe(terms);
  } catch {
    throw new Error(form.dataset.fault);
  }
}

if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.textContent = "";
    try {
      form.elements.namedItem("subscription").value = JSON.stringify(await subscribed());
    } catch (error) {
      fault.textContent = error.message;
      return;
    }
    form.submit();
  });
} else {
  fault.textContent = form.dataset.fault;
}
