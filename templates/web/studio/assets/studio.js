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

/* A link to pass on gets a button that copies it, where the browser can. */
window.addEventListener("load", () => {
  document.querySelectorAll("[data-copy]").forEach((code) => {
    if (!navigator.clipboard) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "second";
    button.textContent = "Copy the link";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent.trim());
      button.textContent = "Copied";
    });
    code.closest("p").after(button);
  });
});

/* The server's page of an error replaces nothing silently: it is shown as it is. */
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
