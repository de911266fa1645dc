// Looks up what a reader types among the published claims in this page. Nothing leaves the page.
"use strict";

(() => {
  const form = document.querySelector("form[data-check-here]");
  if (!form) return;
  const input = form.querySelector("input");
  const list = document.getElementById("check-found");
  const count = document.getElementById("check-count");
  const claims = JSON.parse(document.getElementById("claims").textContent);
  const words = JSON.parse(document.getElementById("check-words").textContent);
  const SHOWN = 8;
  const SMALL = new Set("the and for with from that this were was are een het van voor met dat die zijn naar over per".split(" "));

  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

  // "5.433" is a thousand in Dutch and a fraction in English; groups of three decide.
  function toNumber(text) {
    const grouped = /^\d{1,3}([.,]\d{3})+$/.test(text);
    if (grouped) return Number(text.replace(/[.,]/g, ""));
    const mixed = text.match(/^(\d{1,3}(?:[.,]\d{3})+)([.,])(\d+)$/);
    if (mixed) return Number(mixed[1].replace(/[.,]/g, "") + "." + mixed[3]);
    return Number(text.replace(",", "."));
  }

  function understand(text) {
    const years = [];
    const numbers = [];
    let percent = false;
    const spans = [...text.matchAll(/\b((?:19|20)\d{2})\s*[-–]\s*((?:19|20)\d{2})\b/g)].map((m) => [Number(m[1]), Number(m[2])]);
    for (const match of text.matchAll(/-?\d+(?:[.,]\d+)*\s*(%|procent|percent|per cent)?/gi)) {
      const digits = match[0].replace(/[^\d.,]/g, "").replace(/[.,]$/, "");
      if (/^(19|20)\d{2}$/.test(digits) && !match[1]) years.push(Number(digits));
      else numbers.push(toNumber(digits));
      if (match[1]) percent = true;
    }
    const said = plain(text).split(/[^\p{L}]+/u).filter((w) => w.length > 2 && !SMALL.has(w) && !/^(procent|percent)$/.test(w));
    return { years, spans, numbers, percent, said };
  }

  const same = (a, b) => Math.abs(Math.abs(a) - Math.abs(b)) < 1e-9;
  const rounds = (asked, value) => Number.isInteger(asked) && Math.round(Math.abs(value)) === asked;
  const near = (a, b) => Math.abs(Math.abs(a) - Math.abs(b)) <= 0.02 * Math.abs(b);

  function weigh(claim, asked) {
    const found = plain(claim.search + " " + claim.what);
    const hits = asked.said.filter((word) => found.includes(word.slice(0, Math.max(4, word.length - 2)))).length;
    const [first, last] = claim.years;
    const exact = asked.numbers.some((n) => claim.numbers.some((v) => same(n, v) || rounds(n, v)));
    const close = !exact && asked.numbers.some((n) => claim.numbers.some((v) => near(n, v)));
    const onSpan = asked.spans.some(([a, b]) => a === first && b === last);
    const inYear = !asked.spans.length && asked.years.some((y) => y >= first && y <= last);
    const off = (asked.spans.length && !onSpan) || (!asked.spans.length && asked.years.length && !inYear);
    const kind = (asked.percent ? (claim.unit === "percent" ? 1 : -0.5) : 0) + (claim.registered ? 0.75 : 0);
    const share = asked.said.length ? hits / asked.said.length : 0;
    let score = (exact ? 4 : close ? 1.5 : 0) + share * 4 + (onSpan || inYear ? 2 : 0) + (off ? -3 : 0) + kind;
    if (asked.said.length && !hits && !exact) score = 0;
    if (!asked.said.length && !exact && !close && asked.numbers.length) score = 0;
    if (!asked.said.length && !asked.numbers.length && !inYear && !onSpan) score = 0;
    return { claim, score, verdict: exact && !off ? "same" : close && !off ? "near" : "other" };
  }

  function line(parent, label, text, lang) {
    if (!text) return;
    const dt = document.createElement("dt");
    dt.textContent = label;
    const dd = document.createElement("dd");
    dd.textContent = text;
    if (lang) dd.lang = lang;
    parent.append(dt, dd);
  }

  function show({ claim, verdict }) {
    const item = document.createElement("li");
    item.className = `claim ${claim.doubtful ? "doubtful" : verdict}`;
    const heading = document.createElement("h2");
    const figure = document.createElement("span");
    figure.className = "big";
    figure.textContent = claim.shown;
    heading.append(figure, document.createTextNode(` ${claim.what}, ${claim.period}`));
    const mark = document.createElement("p");
    mark.className = "verdict";
    mark.textContent = words[verdict] + (claim.standing ? ` – ${claim.standing}` : "");
    const facts = document.createElement("dl");
    facts.className = "facts";
    line(facts, words.of, claim.of);
    line(facts, words.series, claim.series);
    line(facts, words.source, claim.source);
    line(facts, words.wording, claim.wording);
    line(facts, words.note, claim.note);
    item.append(mark, heading, facts);
    return item;
  }

  function check(text) {
    list.replaceChildren();
    if (!text.trim()) {
      count.textContent = words.ask;
      return;
    }
    const asked = understand(text);
    const best = claims.map((claim) => weigh(claim, asked)).filter((one) => one.score >= 2.5).sort((a, b) => b.score - a.score).slice(0, SHOWN);
    list.append(...best.map(show));
    count.textContent = best.length ? words.some.replace("COUNT", best.length) : words.none;
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
