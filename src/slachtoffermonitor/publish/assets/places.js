// Shows what is published about one place, beside the whole country. No list, no ranks.
"use strict";

(() => {
  const place = document.querySelector("[data-places]");
  if (!place) return;
  const { element, fill, read } = globalThis.monitorPage;
  const said = read("places-words"), { tables } = read("places");
  const select = place.querySelector("select"), found = place.querySelector(".found");
  const status = place.querySelector("[role=status]");

  function cell(figure) {
    const made = element("td", figure?.shown ?? "–", { class: "n" });
    if (figure?.interval) made.append(element("small", ` (${fill(said.interval, figure)})`));
    return made;
  }

  function tableOf(one, name, row) {
    const table = element("table"), head = element("tr"), body = element("tbody");
    head.append(element("th", said.figure, { scope: "col" }), element("th", name, { scope: "col", class: "n" }));
    if (one.country) head.append(element("th", said.country, { scope: "col", class: "n" }));
    one.figures.forEach(({ label }, at) => {
      const line = element("tr");
      line.append(element("th", label, { scope: "row" }), cell(row.figures[at]));
      if (one.country) line.append(cell(one.country.figures[at]));
      body.append(line);
    });
    const top = element("thead");
    top.append(head);
    table.append(element("caption", `${one.title}: ${name}`, { class: "unseen" }), top, body);
    return table;
  }

  // The first figure that has an interval is drawn: without one, small places differ by chance.
  function chartOf(one, name, row) {
    const at = row.figures.findIndex(({ interval }) => interval);
    if (at < 0 || !one.country?.figures[at]?.interval) return null;
    const bar = (label, { value, low, high, shown, interval }) => ({ label, value, low, high, shown: `${shown} (${interval})` });
    const label = one.figures[at].label;
    return globalThis.monitorBars.drawBars(
      [{ title: label, rows: [bar(name, row.figures[at]), bar(said.country, one.country.figures[at])] }],
      {
        width: Math.min(640, Math.max(230, found.clientWidth - 70)),
        dots: true,
        description: fill(said.chart, { figure: label, place: name }),
        mark: one.origin === "simulated" ? said.simulated : "",
      },
    );
  }

  function sheet(one, name) {
    const row = one.rows[name];
    const box = element("section", "", { class: one.origin === "simulated" ? "sheet is-simulated" : "sheet" });
    box.append(element("h2", one.title));
    if (one.origin === "simulated") box.append(element("p", said.simulated, { class: "flag" }));
    if (row.said && row.said !== "–") box.append(element("p", row.said, { class: "says" }));
    const drawn = chartOf(one, name, row);
    if (drawn) {
      const bars = element("div", "", { class: "bars" });
      bars.append(drawn);
      box.append(bars);
    }
    const scroll = element("div", "", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${one.title}: ${name}` });
    scroll.append(tableOf(one, name, row));
    box.append(scroll);
    if (!one.country) box.append(element("p", said.no_country, { class: "small" }));
    box.append(...one.notes.map((note) => element("p", note, { class: "small" })));
    box.append(element("p", `${said.source} ${one.source}`, { class: "source" }));
    const more = element("p", "", { class: "links" });
    more.append(element("a", said.table, { href: one.page }));
    box.append(more);
    return box;
  }

  function show(name) {
    const known = tables.filter((one) => name in one.rows);
    found.replaceChildren(...known.map((one) => sheet(one, name)));
    if (!name) status.textContent = said.unknown;
    else status.textContent = fill(known.length ? said.chosen : said.nothing, { place: name, tables: known.length });
  }

  select.addEventListener("change", () => {
    show(select.value);
    history.replaceState(null, "", `#${new URLSearchParams({ place: select.value })}`);
  });
  function fromAddress() {
    const name = new URLSearchParams(window.location.hash.slice(1)).get("place");
    if (name === null) return;
    select.value = [...select.options].some(({ value }) => value === name) ? name : "";
    show(select.value);
  }
  window.addEventListener("hashchange", fromAddress);
  place.querySelector("form").hidden = false;
  fromAddress();
})();
