/* Sections can be dragged; the buttons do the same by keyboard, and are the way that always works. */
"use strict";

(() => {
  let carried;
  const list = (event) => event.target.closest("[data-arrange]");
  const card = (event) => event.target.closest("[data-part]");

  /* What is carried down goes behind the card that it is dropped on, what is carried up before it. */
  const isBelow = (over) => Boolean(carried.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING);

  function ready() {
    document.querySelectorAll("[data-arrange] [data-part]").forEach((part) => { part.draggable = true; });
  }

  document.addEventListener("dragstart", (event) => {
    if (!list(event) || event.target.closest("a")) return;
    carried = card(event);
    carried?.classList.add("carried");
  });
  document.addEventListener("dragover", (event) => {
    const over = carried && card(event);
    if (!over) return;
    event.preventDefault();
    document.querySelectorAll(".over").forEach((each) => each.classList.remove("over", "below"));
    if (over !== carried) over.classList.add("over", ...(isBelow(over) ? ["below"] : []));
  });
  document.addEventListener("dragend", () => {
    document.querySelectorAll(".over, .carried").forEach((each) => each.classList.remove("over", "below", "carried"));
    carried = undefined;
  });
  document.addEventListener("drop", (event) => {
    const over = carried && card(event);
    if (!over || over === carried) return;
    event.preventDefault();
    const before = isBelow(over) ? over : over.previousElementSibling;
    const all = list(event);
    htmx.ajax("POST", all.dataset.arrange, {
      target: "#desk", select: "#desk", swap: "outerHTML",
      values: { kind: "sections", act: "place", part: carried.dataset.part, after: before?.dataset.part ?? "", csrfmiddlewaretoken: all.dataset.csrf },
    });
  });
  /* The button that was pressed may be gone, at the end of the list: then its neighbour keeps the place. */
  document.addEventListener("htmx:afterSettle", (event) => {
    ready();
    const pressed = event.detail.requestConfig?.elt?.querySelector?.("button")?.id;
    if (!pressed || document.getElementById(pressed) === document.activeElement) return;
    const [act, kind, ...rest] = pressed.split("-");
    const others = { up: "down", down: "up", hide: "show", show: "hide" };
    const next = document.getElementById(pressed) ?? document.getElementById([others[act], kind, ...rest].join("-")) ?? document.querySelector(".part a");
    next?.focus();
  });
  document.addEventListener("DOMContentLoaded", ready);
})();
