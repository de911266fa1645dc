// Shows what the published figures say of a number that a reader types. Nothing leaves the page.
"use strict";

(() => {
  const form = document.querySelector("form[data-check-here]");
  if (!form) return;
  const input = form.querySelector("input");
  const list = document.getElementById("check-found");
  const said = document.getElementById("check-said");
  const labels = JSON.parse(document.getElementById("check-words").textContent);
  let checker;

  function element(name, text, attributes = {}) {
    const made = document.createElement(name);
    made.textContent = text;
    Object.assign(made, attributes);
    return made;
  }

  // What decided the verdict needs no heading of its own: it stands right under it.
  function shown({ relation, text, note, citations }, verdict) {
    const item = element("li", "", { className: `claim ${relation}` });
    if (relation !== verdict) item.append(element("h3", labels[relation]));
    item.append(element("p", text));
    if (note) item.append(element("p", note, { className: "small" }));
    const sources = element("p", `${labels.source}: `, { className: "small sources" });
    sources.append(element("cite", citations.join("; ")));
    item.append(sources);
    return item;
  }

  function check(quote) {
    list.replaceChildren();
    said.className = "";
    if (!quote.trim()) {
      said.textContent = labels.ask;
      return;
    }
    checker ??= globalThis.createNumberChecker(JSON.parse(document.getElementById("check-data").textContent));
    const found = checker(quote);
    said.className = `said ${found.verdict}`;
    said.replaceChildren(
      element("h2", labels[found.verdict], { className: "verdict" }),
      ...[found.summary, ...found.remarks].map((sentence) => element("p", sentence)),
    );
    if (found.verdict === "unknown") said.append(element("p", labels.none));
    list.append(...found.answers.map((answer) => shown(answer, found.verdict)));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check(input.value);
  });
  form.querySelectorAll(".example").forEach((button) => {
    button.addEventListener("click", () => {
      input.value = button.textContent;
      check(input.value);
    });
  });
  function fromAddress() {
    const asked = new URLSearchParams(window.location.hash.slice(1)).get("q");
    if (!asked) return;
    input.value = asked;
    check(asked);
  }
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
})();
