// Definitions on hover and on focus, addresses to copy, and details that open when they are linked.
"use strict";

(() => {
  const said = JSON.parse(document.getElementById("page-words").textContent);
  const SOON = 400;

  // ---- definitions: dismissed with Escape, stay while the pointer is on them (WCAG 1.4.13)
  const card = document.createElement("div");
  card.id = "definition-card";
  card.className = "card";
  card.setAttribute("role", "tooltip");
  card.hidden = true;
  let owner = null, going;

  function show(term) {
    clearTimeout(going);
    if (owner && owner !== term) hide();
    owner = term;
    card.textContent = term.dataset.definition;
    card.hidden = false;
    term.setAttribute("aria-describedby", card.id);
    const { left, bottom } = term.getBoundingClientRect();
    const most = document.documentElement.clientWidth - card.offsetWidth - 12;
    card.style.left = `${Math.max(12, Math.min(left, most)) + window.scrollX}px`;
    card.style.top = `${bottom + window.scrollY}px`;
  }

  function hide() {
    clearTimeout(going);
    owner?.removeAttribute("aria-describedby");
    owner = null;
    card.hidden = true;
  }

  // Long enough for a slow hand between the word and its card.
  function hideSoon() {
    clearTimeout(going);
    going = setTimeout(() => document.activeElement !== owner && hide(), SOON);
  }

  const termOf = (event) => event.target.closest?.("[data-definition]");
  document.body.append(card);
  document.addEventListener("pointerover", (event) => {
    const term = termOf(event);
    if (term) show(term);
    else if (event.target.closest?.("#definition-card")) clearTimeout(going);
  });
  document.addEventListener("pointerout", (event) => {
    if (termOf(event) || event.target.closest?.("#definition-card")) hideSoon();
  });
  document.addEventListener("focusin", (event) => (termOf(event) ? show(termOf(event)) : owner && hide()));
  document.addEventListener("focusout", (event) => termOf(event) && hideSoon());
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());

  // ---- what to copy: the address of where this page truly stands
  for (const place of document.querySelectorAll("[data-address]"))
    place.textContent = new URL(`../${place.dataset.address}`, window.location.href).href;

  async function copy(text, place) {
    try {
      await navigator.clipboard.writeText(text);
      return said.copied;
    } catch {
      const range = document.createRange();
      range.selectNodeContents(place);
      window.getSelection().removeAllRanges();
      window.getSelection().addRange(range);
      return said.selected;
    }
  }

  for (const place of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button"), told = document.createElement("span");
    button.type = "button";
    button.className = "plain";
    button.textContent = said.copy;
    told.setAttribute("role", "status");
    told.className = "small";
    button.addEventListener("click", async () => {
      told.textContent = ` ${await copy(place.textContent.trim(), place)}`;
    });
    place.after(button, told);
  }

  // ---- what is linked inside something closed is opened, also for printing
  function reveal() {
    const linked = document.querySelector(":target");
    const closed = linked?.closest("details:not([open])");
    if (!closed) return;
    closed.open = true;
    linked.scrollIntoView();
  }
  window.addEventListener("hashchange", reveal);
  reveal();
})();
