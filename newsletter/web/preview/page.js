// Keeps the page in step with the files: asks for it again when the server says so, and swaps only what changed.
"use strict";

let turns = 0;
const places = new Map(); // frames that are loading, and where their reader was
const frames = (root) => [...root.querySelectorAll("iframe")];

async function refresh(address) {
  const turn = ++turns;
  const answer = await fetch(address, { cache: "no-store" });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (turn !== turns) return; // a newer one is under way
  const focused = document.activeElement.id;
  const opened = [...document.querySelectorAll("details[open]")].map((details) => details.id);
  document.title = fresh.title;
  for (const region of document.querySelectorAll("[data-live]")) swap(region, fresh.getElementById(region.id));
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  if (focused && document.activeElement.id !== focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
}

function swap(region, fresh) {
  region.className = fresh.className;
  if (sameFrames(region, fresh)) {
    frames(fresh).forEach((model, index) => steer(frames(region)[index], model));
  } else if (region.innerHTML !== fresh.innerHTML) {
    region.replaceChildren(...fresh.childNodes);
  }
}

function sameFrames(region, fresh) {
  const ids = (root) => frames(root).map((frame) => frame.id).join();
  return ids(region) !== "" && ids(region) === ids(fresh);
}

// A frame in place keeps what it shows until the next document is there, and stays where the reader scrolled to.
function steer(frame, model) {
  const link = frame.closest("figure").querySelector("a");
  link.href = model.dataset.at;
  frame.title = model.title;
  if (frame.dataset.at === model.dataset.at) return;
  if (!places.has(frame)) places.set(frame, [frame.contentWindow.scrollX, frame.contentWindow.scrollY]);
  frame.addEventListener("load", () => scrollBack(frame), { once: true });
  frame.dataset.at = model.dataset.at;
  frame.contentWindow.location.replace(model.dataset.at); // setting src would add a step to the Back button
}

function scrollBack(frame) {
  const [left, top] = places.get(frame) ?? [0, 0];
  places.delete(frame);
  frame.contentWindow.scrollTo({ left, top, behavior: "instant" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-switch]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  refresh(link.href);
});
addEventListener("popstate", () => refresh(location.href));

const events = new EventSource("/changes?since=" + document.documentElement.dataset.number);
const lost = document.getElementById("lost");
events.addEventListener("message", () => refresh(location.href));
events.addEventListener("open", () => (lost.textContent = ""));
events.addEventListener("error", () => (lost.textContent = lost.dataset.words));
