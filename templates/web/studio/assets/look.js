/* The pane of the preview: tabs change the look and the width, and a changed mail keeps the place one scrolled to. */
"use strict";

const Look = (() => {
  const pane = () => document.querySelector("[data-look]");
  const frame = () => pane()?.querySelector("iframe");
  const address = (look, key) => frame().dataset.base.replace("KEY", key).replace("LOOK", look);
  const chosen = () => pane().querySelector("[data-tab][aria-current]");

  function show(key) {
    const place = frame();
    if (!place) return;
    place.dataset.key = key;
    pane().classList.remove("old");
    pane().querySelectorAll("[data-tab]").forEach((tab) => { tab.href = address(tab.dataset.tab, key); });
    const scrolled = place.contentWindow ? place.contentWindow.scrollY : 0;
    place.addEventListener("load", () => place.contentWindow.scrollTo({ top: scrolled, behavior: "instant" }), { once: true });
    place.contentWindow.location.replace(address(chosen().dataset.tab, key)); /* src would add a step to Back */
  }

  function choose(tab) {
    pane().querySelectorAll("[data-tab]").forEach((each) => each.removeAttribute("aria-current"));
    tab.setAttribute("aria-current", "true");
    frame().className = "w" + tab.dataset.width;
    show(frame().dataset.key);
  }

  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-tab]");
    if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(tab);
  });

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-version]")) return;
    const editor = document.querySelector("[data-editor]");
    if (editor) editor.dispatchEvent(new CustomEvent("look"));
    else location.search = "?version=" + encodeURIComponent(event.target.value);
  });

  return { show, old: () => pane()?.classList.add("old"), version: () => pane()?.querySelector("[data-version]")?.value ?? "" };
})();
