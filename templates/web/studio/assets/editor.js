/* The form of a part saves itself, shows its words in the preview, and loses none of them: not when the connection
   goes, not when the session ends. What the server has not taken yet is kept in this browser, and put back on request. */
"use strict";

(() => {
  const LOOK_AFTER = 120; /* milliseconds without a key */
  const SAVE_AFTER = 1500;
  const TRY_AGAIN = 8000;
  let form, state, key, looking, saving, retry, rounds = 0, typed = 0, sent = 0, busy = false, leaving = false;

  const post = (order) => {
    const body = new FormData(form);
    [...body.keys()].filter((name) => name.endsWith(".upload")).forEach((name) => body.delete(name));
    body.set("do", order);
    if (order === "preview") body.set("version", Look.version());
    return fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  };

  function say(words, bad = false) {
    state.textContent = words;
    state.classList.toggle("bad", bad);
  }

  /* ---- the preview ---- */
  async function look() {
    const round = ++rounds;
    let answer;
    try { answer = await post("preview"); } catch { return; } /* saving says what is wrong */
    if (round !== rounds || !answer.ok) return;
    const told = await answer.json();
    if (told.state !== "shown") { Look.old(); return; }
    Look.show(told.key);
    const subject = document.querySelector("[data-subject]");
    if (subject) subject.textContent = told.subject;
    const sizes = document.querySelector("[data-sizes]");
    if (sizes) sizes.textContent = told.sizes.map((each) => `${each.name} ${Math.round(each.size / 1000)} KB. ${each.verdict}`).join(" ");
  }

  /* ---- saving ---- */
  async function save() {
    if (busy || leaving || sent === typed || "clash" in form.dataset) return;
    busy = true;
    const now = typed;
    say("Saving …");
    try {
      let answer = await post("save");
      const refused = answer.status === 403 ? await whyRefused() : "";
      if (refused === "old form") answer = await post("save");
      if (refused === "signed out") signedOut();
      else await told(answer, now);
    } catch {
      say("No connection. Your words are kept in this browser, and saved as soon as it is back.", true);
      again();
    }
    busy = false;
    if (typed !== now) later();
  }

  async function told(answer, now) {
    if (answer.status === 401) return signedOut();
    if (answer.status === 403) return say("Your role does not let you change this any more, so nothing was saved. Your words are kept in this browser.", true);
    if (!answer.ok) { say("The studio could not save this. Your words are kept in this browser; it tries again.", true); return again(); }
    const found = await answer.json();
    sent = now;
    if (found.state === "saved") saved(found);
    else if (found.state === "clash") clash(found);
    else problems(found);
    if (found.state !== "clash" && typed === now) forget();
  }

  function saved(found) {
    complain({});
    form.elements.base.value = found.base;
    if (new URL(form.action).pathname !== found.at) { /* what was new is in the issue now */
      forget();
      history.replaceState(null, "", found.at);
      form.action = found.at;
      key = "unsaved:" + found.at;
    }
    say("Saved at " + new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" }));
    document.body.dispatchEvent(new Event("saved"));
  }

  function problems(found) {
    complain(found.fields);
    const count = Object.keys(found.fields).length + found.elsewhere.length;
    const words = found.elsewhere[0] ?? (count === 1 ? "one thing is still missing or wrong" : `${count} things are still missing or wrong`);
    say(`Not in the issue yet: ${words}. Your words are kept.`, true);
  }

  function clash(found) {
    form.dataset.clash = "";
    banner(`${found.by || "Somebody"} saved this part while you wrote. Nothing is lost: press Save to see both texts.`);
    say("Not saved: both texts wait for you.", true);
  }

  function complain(fields) {
    form.querySelectorAll("[data-complaint]").forEach((place) => {
      const words = fields[place.dataset.complaint];
      const input = document.getElementById("f-" + place.dataset.complaint);
      /* what is still empty is said once somebody has been there */
      const isSaid = words !== undefined && (place.dataset.seen || input?.value);
      place.hidden = !isSaid;
      place.textContent = isSaid ? words[0].toUpperCase() + words.slice(1) : "";
      if (isSaid) input?.setAttribute("aria-invalid", "true");
      else input?.removeAttribute("aria-invalid");
    });
  }

  function signedOut() {
    say("You were signed out. Your words are kept in this browser.", true);
    banner("You were signed out, so nothing is saved at the moment. Your words are safe here: ", "Sign in in a new tab", form.dataset.signIn);
    again();
  }

  function banner(words, link, where) {
    const place = document.getElementById("editor-words");
    const line = document.createElement("p");
    line.textContent = words;
    if (link) line.append(Object.assign(document.createElement("a"), { href: where, target: "_blank", textContent: link }));
    place.replaceChildren(line);
    place.hidden = false;
  }

  /* A form without a session, and one from before another sign-in, are refused alike; the page itself tells them apart.
     After another sign-in the form's mark is another too. */
  async function whyRefused() {
    const page = await fetch(location.href, { cache: "no-store" });
    if (new URL(page.url).pathname === form.dataset.signIn) return "signed out";
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[data-editor] [name=csrfmiddlewaretoken]");
    if (!fresh) return "role";
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = fresh.value; });
    document.getElementById("editor-words").hidden = true;
    return "old form";
  }

  const again = () => { clearTimeout(retry); retry = setTimeout(save, TRY_AGAIN); };
  const later = () => { clearTimeout(saving); saving = setTimeout(save, SAVE_AFTER); };

  /* ---- words in this browser ---- */
  function remember() {
    const words = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
    try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), words })); } catch { /* full or forbidden: the server has them in a moment */ }
  }
  const forget = () => { try { localStorage.removeItem(key); } catch { /* as above */ } };

  function offer() {
    let left;
    try { left = JSON.parse(localStorage.getItem(key)); } catch { return; }
    if (!left) return;
    const now = JSON.stringify([...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "base"));
    if (JSON.stringify(left.words.filter(([name]) => name !== "base")) === now) return forget();
    banner(`This browser has words of yours from ${new Date(left.at).toLocaleString("en-GB")} that never reached the studio. `);
    const place = document.getElementById("editor-words");
    for (const [words, act] of [["Put them back", () => putBack(left.words)], ["Throw them away", () => { forget(); place.hidden = true; }]]) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "second small-button", textContent: words });
      button.addEventListener("click", act);
      place.append(button);
    }
  }

  /* The server draws the form around them, with as many entries as they had. */
  function putBack(words) {
    const carrier = Object.assign(document.createElement("form"), { method: "post", action: form.action, hidden: true });
    const mark = ["csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value];
    for (const [name, value] of [...words.filter(([each]) => each !== "do"), mark, ["do", "keep"]]) {
      const field = document.createElement("textarea");
      Object.assign(field, { name, value });
      carrier.append(field);
    }
    document.body.append(carrier);
    forget();
    carrier.submit();
  }

  function changed() {
    typed += 1;
    remember();
    clearTimeout(looking);
    looking = setTimeout(look, LOOK_AFTER);
    if (!("clash" in form.dataset)) say("Not saved yet");
    later();
  }

  document.addEventListener("DOMContentLoaded", () => {
    form = document.querySelector("[data-editor]");
    if (!form) return;
    state = form.querySelector("[data-state]");
    key = "unsaved:" + new URL(form.action).pathname;
    offer();
    form.addEventListener("input", (event) => { if (event.target.type !== "file") changed(); });
    form.addEventListener("focusout", (event) => {
      const place = document.getElementById("e-" + event.target.name);
      if (place) place.dataset.seen = "yes";
    });
    form.addEventListener("look", look);
    form.addEventListener("submit", () => { leaving = true; clearTimeout(saving); forget(); if (!navigator.onLine) remember(); });
    addEventListener("online", save);
    addEventListener("focus", () => { if (state.classList.contains("bad")) save(); });
    addEventListener("pageshow", () => { leaving = false; });
    addEventListener("beforeunload", (event) => { if (!leaving && sent !== typed) { save(); event.preventDefault(); } });
    if (location.hash.startsWith("#f-")) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.focus();
  });
})();
