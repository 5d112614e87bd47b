// Shows that there is an item, and opens the first page. It keeps nothing and answers no request of a page.

self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  const terms = { lang: told.lang, dir: told.dir, tag: "ninefold" };
  event.waitUntil(self.registration.showNotification(told.text || "Ninefold", terms));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("/"));
});
