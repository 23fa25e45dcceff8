/* What every page of the studio does by script; each of them works without it. */
"use strict";

/* What is to be put right is read out first; not before the browser has gone to the part that the address names. */
window.addEventListener("load", () => {
  window.setTimeout(() => document.querySelector("[data-focus]")?.focus(), 0);
});

/* A button pressed twice acts once. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  window.setTimeout(() => { delete form.dataset.sent; }, 3000);
});

/* Back from another page the form is as good as new. */
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
});

/* The server's page of an error replaces nothing silently: it is shown as it is. */
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
