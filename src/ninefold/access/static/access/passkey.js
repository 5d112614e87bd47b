// When the browser gives no passkey (none there, or the person stopped), the page says so in its own words.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const place of document.querySelectorAll("[data-passkey-fault]")) {
    place.textContent = place.dataset.passkeyFault;
  }
});
