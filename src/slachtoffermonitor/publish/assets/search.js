// Finds pages, charts, tables, definitions and published figures, from disk, without a network.
"use strict";

(() => {
  const form = document.querySelector("form[data-search-here]");
  if (!form) return;
  const input = form.querySelector("input"), status = document.getElementById("search-said");
  const list = document.getElementById("search-found");
  const { element, fill, read } = globalThis.monitorPage;
  const said = read("search-words");
  const MOST = 40, LONG = 180;
  let index;

  // As `fold` does where the list is made: no accents, no capitals.
  const fold = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function entries() {
    index ??= globalThis.monitorSearch.index.entries.map((entry) => ({ ...entry, head: fold(entry.title), body: fold(entry.words) }));
    return index;
  }

  // A word counts most at the start of a word in a title, least inside a word of the text.
  function score({ head, body }, word) {
    const start = (text) => text.startsWith(word) || [" ", "(", "-", "'", "’"].some((before) => text.includes(before + word));
    if (start(head)) return 8;
    if (word.length > 2 && head.includes(word)) return 5;
    if (start(body)) return 2;
    return word.length > 3 && body.includes(word) ? 1 : 0;
  }

  const BY_KIND = { page: 3, table: 2, chart: 2, definition: 2, claim: 0 };

  function search(asked) {
    const words = fold(asked).split(/[\s,;:"“”?!]+/).filter(Boolean);
    return entries()
      .map((entry, at) => {
        const scores = words.map((word) => score(entry, word));
        const whole = scores.every(Boolean) ? scores.reduce((sum, one) => sum + one, 0) : 0;
        return { entry, at, whole: whole && whole + BY_KIND[entry.kind] };
      })
      .filter(({ whole }) => whole)
      .sort((a, b) => b.whole - a.whole || a.at - b.at)
      .map(({ entry }) => entry);
  }

  const short = (words) => (words.length > LONG ? `${words.slice(0, LONG).replace(/\s\S*$/, "")} …` : words);

  function item({ kind, title, words, address }) {
    const line = element("li");
    line.append(element("span", globalThis.monitorSearch.index.kinds[kind], { class: "kind" }), " ", element("a", title, { href: address }));
    if (words) line.append(element("p", short(words), { class: "small" }));
    return line;
  }

  function show(asked) {
    if (!asked.trim()) {
      list.replaceChildren();
      status.textContent = said.ask;
      return;
    }
    const found = search(asked);
    list.replaceChildren(...found.slice(0, MOST).map(item));
    const counted = found.length === 1 ? said.found_one : found.length ? said.found : said.none;
    const more = found.length > MOST ? `. ${fill(said.more, { shown: MOST })}` : "";
    status.textContent = fill(counted, { n: found.length, asked: asked.trim() }) + more;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    history.replaceState(null, "", `#${new URLSearchParams({ q: input.value })}`);
    show(input.value);
  });
  function fromAddress() {
    const asked = new URLSearchParams(window.location.hash.slice(1)).get("q");
    if (asked === null) return;
    input.value = asked;
    show(asked);
  }
  window.addEventListener("hashchange", fromAddress);
  form.hidden = false;
  fromAddress();
})();
