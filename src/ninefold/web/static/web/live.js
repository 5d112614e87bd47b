// Brings a page up to date when something on it changed. Every page works without this file.
//
// A page says in <main data-live="warning:warning tracks:situation"> which kinds of record it shows (* for all), and in
// data-after the newest entry that its reader could see when it was made. An event names a kind; when it is one of
// them the page is fetched again and <main> is exchanged. A form that somebody is filling in, an open menu and the
// place where the reader stands are left as they are.

const QUIET = 300; // milliseconds: several events of one act bring one fetch
let timer = 0;
let waiting = false;

const main = () => document.getElementById("main");
const kinds = () => (main()?.dataset.live ?? "").split(/\s+/).filter(Boolean);

/** Whether somebody is in the middle of something that an exchange would destroy. */
function busy() {
  const forms = [...main().querySelectorAll("form[data-changed]")];
  const here = document.activeElement;
  return forms.length > 0 || (main().contains(here) && here.matches("input, textarea, select"));
}

/** A way to find the focused element again: its id, or its place among the links and buttons of the same address. */
function trace(element) {
  if (!element || !main().contains(element)) return null;
  if (element.id) return (root) => root.querySelector(`#${CSS.escape(element.id)}`);
  const address = element.getAttribute("href");
  const same = (root) => [...root.querySelectorAll(element.tagName)].filter((one) => one.getAttribute("href") === address);
  const at = same(main()).indexOf(element);
  return (root) => same(root)[at] ?? null;
}

function exchange(fresh) {
  const find = trace(document.activeElement);
  const open = new Set([...main().querySelectorAll("details[open][id]")].map((one) => one.id));
  const before = main().textContent;
  const next = document.importNode(fresh, true);
  for (const one of next.querySelectorAll("details[id]")) one.open ||= open.has(one.id);
  main().replaceWith(next);
  find?.(main())?.focus({ preventScroll: true });
  if (before !== main().textContent) say("words");
}

/** Says one of the sentences that the page brought along, to a screen reader only and without interrupting it. */
function say(which) {
  const news = document.getElementById("news");
  if (!news) return;
  news.textContent = "";
  requestAnimationFrame(() => { news.textContent = news.dataset[which]; });
}

async function refresh() {
  if (busy()) {
    waiting = true;
    return;
  }
  waiting = false;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("main");
  if (fresh && !busy()) exchange(fresh);
  const band = page.querySelector(".band");
  if (band) document.querySelector(".band")?.replaceWith(document.importNode(band, true));
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(() => refresh().catch(() => {}), QUIET);
}

function heard(event) {
  try {
    const { kind } = JSON.parse(event.data);
    if (kinds().includes(kind) || kinds().includes("*")) soon();
  } catch {
    // An event of another shape is none of ours.
  }
}

document.addEventListener("input", (event) => event.target.form?.setAttribute("data-changed", ""));
document.addEventListener("focusout", () => { if (waiting) soon(); });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

if (kinds().length > 0 && "EventSource" in window) {
  const after = main().dataset.after;
  const stream = new EventSource(after ? `/events/?after=${encodeURIComponent(after)}` : "/events/");
  for (const name of ["change", "newest"]) stream.addEventListener(name, heard);
  stream.addEventListener("reload", soon);
  stream.addEventListener("ended", () => {
    stream.close();
    say("ended");
  });
  addEventListener("pagehide", () => stream.close());
}
