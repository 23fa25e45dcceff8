/* Replies: the keys 1, 2 and 3 press the buttons of the reply that has the focus, and the next one gets it after that. */
"use strict";

(() => {
  const replies = () => [...document.querySelectorAll("[data-reply]")];

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.target.matches("input, textarea, select")) return;
    /* Only with the focus inside a card: speech input and cats press keys as well. */
    const button = event.target.closest("[data-reply]")?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const card = document.getElementById(event.detail.target?.id || "");
    if (!card?.matches("[data-reply]")) return;
    const said = document.getElementById("said");
    const waiting = replies().filter((other) => !other.hasAttribute("data-settled"));
    const after = waiting.find((other) => card.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) ?? waiting[0];
    if (card.hasAttribute("data-settled")) {
      if (said) said.textContent = card.querySelector(".outcome")?.textContent ?? "";
      (after ?? card).focus();
    } else {
      card.focus();
    }
  });
})();
