/* A toolbar over each text, and pasted rich text turned into Markdown by the server. */
"use strict";

(() => {
  const TOOLS = [
    ["B", "Strong", (text) => around(text, "**", "strong words")],
    ["I", "Stressed", (text) => around(text, "*", "stressed words")],
    ["Link", "Link", (text) => link(text)],
    ["List", "List", (text) => lines(text, () => "- ")],
    ["1. 2.", "Numbered list", (text) => lines(text, (number) => number + 1 + ". ")],
    ["Quote", "Quotation", (text) => lines(text, () => "> ")],
    ["Heading", "Heading", (text) => lines(text, () => "## ")],
  ];

  function put(text, words, from, to) {
    text.focus();
    /* the way that keeps Undo; browsers that lack it still get the words */
    if (!document.execCommand("insertText", false, words)) text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
    if (from !== undefined) text.setSelectionRange(from, to);
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const selected = (text) => text.value.slice(text.selectionStart, text.selectionEnd);

  function around(text, mark, otherwise) {
    const words = selected(text) || otherwise;
    const start = text.selectionStart + mark.length;
    put(text, mark + words + mark, start, start + words.length);
  }

  function link(text) {
    const words = selected(text) || "words of the link";
    const start = text.selectionStart + words.length + 3;
    put(text, `[${words}](https://)`, start, start + 8);
  }

  function lines(text, mark) {
    const start = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
    const end = text.selectionEnd;
    text.setSelectionRange(start, end);
    put(text, text.value.slice(start, end).split("\n").map((line, number) => mark(number) + line).join("\n"));
  }

  function toolbar(text) {
    const bar = document.createElement("div");
    bar.className = "tools";
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", "Formatting of " + text.labels[0].innerText.split("\n")[0].toLowerCase());
    TOOLS.forEach(([words, name, act], number) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: words, title: name, tabIndex: number ? -1 : 0 });
      button.setAttribute("aria-label", name);
      button.addEventListener("click", () => act(text));
      bar.append(button);
    });
    bar.addEventListener("keydown", (event) => move(event, [...bar.children]));
    text.before(bar);
  }

  /* One stop of the Tab key; arrows go from button to button, as screen readers expect of a toolbar. */
  function move(event, buttons) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    buttons.forEach((button) => { button.tabIndex = button === next ? 0 : -1; });
    next.focus();
  }

  async function pasted(event) {
    const html = event.clipboardData?.getData("text/html");
    const plain = event.clipboardData?.getData("text/plain") ?? "";
    if (!html || event.clipboardData.files.length) return;
    event.preventDefault();
    const text = event.target;
    const form = text.form;
    const body = new URLSearchParams({ html, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    try {
      const answer = await fetch(form.dataset.pasted, { method: "POST", body });
      put(text, answer.ok ? (await answer.json()).text : plain);
    } catch {
      put(text, plain); /* no connection: the words alone, as they were copied */
    }
  }

  function start() {
    document.querySelectorAll("textarea[data-markdown]").forEach((text) => {
      toolbar(text);
      text.addEventListener("paste", pasted);
      text.addEventListener("keydown", (event) => {
        if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
        if (event.key === "b") { event.preventDefault(); TOOLS[0][2](text); }
        if (event.key === "i") { event.preventDefault(); TOOLS[1][2](text); }
      });
    });
  }
  document.addEventListener("DOMContentLoaded", start);
})();
