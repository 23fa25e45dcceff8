/* Pictures by drop, by paste or by choice: sent at once, and shown small. */
"use strict";

(() => {
  const isPicture = (file) => file && file.type.startsWith("image/");

  function complain(box, words) {
    const place = box.querySelector(`[data-complaint="${CSS.escape(box.dataset.picture)}.file"]`);
    place.textContent = words;
    place.hidden = !words;
  }

  async function send(box, file) {
    const form = box.closest("form");
    const body = new FormData();
    body.set("picture", file, file.name || "picture.png");
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    complain(box, "");
    box.querySelector("[data-thumb]").textContent = "Sending …";
    try {
      const answer = await fetch(form.dataset.upload, { method: "POST", body });
      const told = answer.ok ? await answer.json() : { problem: "The picture could not be sent. Try once more, or sign in again." };
      if (told.problem) throw new Error(told.problem);
      choose(box, told.file, told.thumbnail);
    } catch (error) {
      complain(box, error instanceof TypeError ? "There is no connection at the moment. Send the picture again later." : error.message);
      thumb(box, "");
    }
    box.querySelector("input[type=file]").value = "";
  }

  function choose(box, file, thumbnail) {
    const list = box.querySelector("[data-file]");
    if (![...list.options].some((option) => option.value === file)) list.add(new Option(file, file));
    list.value = file;
    thumb(box, thumbnail);
    list.dispatchEvent(new Event("input", { bubbles: true }));
    box.querySelector("[name$='.alt']").focus();
  }

  function thumb(box, address) {
    const place = box.querySelector("[data-thumb]");
    if (address) place.replaceChildren(Object.assign(document.createElement("img"), { src: address, alt: "The picture chosen now" }));
    else place.textContent = "No picture";
  }

  function start() {
    const form = document.querySelector("[data-editor]");
    form?.querySelectorAll("[data-drop-hint]").forEach((hint) => { hint.hidden = false; });
    form?.querySelectorAll("[data-picture]").forEach((box) => {
      box.addEventListener("dragover", (event) => { event.preventDefault(); box.classList.add("drop"); });
      box.addEventListener("dragleave", () => box.classList.remove("drop"));
      box.addEventListener("drop", (event) => {
        event.preventDefault();
        box.classList.remove("drop");
        const file = [...event.dataTransfer.files].find(isPicture) ?? event.dataTransfer.files[0];
        if (file) send(box, file);
      });
      box.querySelector("input[type=file]").addEventListener("change", (event) => { if (event.target.files[0]) send(box, event.target.files[0]); });
      const list = box.querySelector("[data-file]");
      list.addEventListener("change", () => thumb(box, list.value && form.dataset.upload + "/" + encodeURIComponent(list.value)));
    });
    /* a picture pasted anywhere goes to the picture nearest by: of the same entry, or of the section */
    form?.addEventListener("paste", (event) => {
      const file = [...(event.clipboardData?.files ?? [])].find(isPicture);
      const box = file && (event.target.closest(".entry")?.querySelector("[data-picture]") ?? form.querySelector("[data-picture]"));
      if (box) { event.preventDefault(); send(box, file); }
    });
  }
  document.addEventListener("DOMContentLoaded", start);
})();
