// Lets a reader make a table: choose rows, columns, a figure; the chart and the address follow.
"use strict";

(() => {
  const place = document.querySelector("[data-builder]");
  if (!place) return;
  const { ALL, completeState, dimension, figure, isHidden, makeView, options, rowCount } = globalThis.tableViews;
  const { drawBars, save, savePng, saveSvg } = globalThis.monitorBars;
  const PANELS = 12, ROWS = 40, MISSING = "–";
  const { element, fill, read } = globalThis.monitorPage;
  const said = read("builder-words"), edition = read("edition-name");
  const find = (selector) => place.querySelector(selector);
  const form = find("form"), result = find(".result"), status = find(".made");
  const field = (name) => form.elements.namedItem(name);
  let table, state, drawn;

  // A page that is opened from disk may not fetch a file, but it may load a script.
  function load(name) {
    const there = globalThis.monitorTables?.[name];
    if (there) return Promise.resolve(there);
    return new Promise((resolve, reject) => {
      const script = element("script", "", { src: `${place.dataset.tables}${encodeURIComponent(name)}.js` });
      script.onload = () => resolve(globalThis.monitorTables[name]);
      script.onerror = reject;
      document.head.append(script);
    });
  }

  // ---- the address: every choice stands in it, by code, so that it stays good
  function asked() {
    const found = { fixed: {}, only: {} };
    for (const [key, value] of new URLSearchParams(window.location.hash.slice(1))) {
      const [kind, name] = key.split(".");
      if (name === undefined) found[kind] = value;
      else if (kind === "where") found.fixed[name] = value;
      else if (kind === "only") (found.only[name] ??= []).push(value);
    }
    return found;
  }

  function fragment() {
    const parts = new URLSearchParams({ table: state.table, rows: state.rows, columns: state.columns, figure: state.figure });
    for (const [key, code] of Object.entries(state.fixed))
      if (dimension(table, key).codes.length > 1) parts.append(`where.${key}`, code);
    for (const [key, codes] of Object.entries(state.only)) for (const code of codes) parts.append(`only.${key}`, code);
    return `#${parts}`;
  }

  const address = () => `${window.location.href.split("#")[0]}${fragment()}`;

  // ---- what can be chosen
  function offer(select, choices, chosen) {
    select.replaceChildren(
      ...choices.map(([value, label]) => {
        const option = element("option", label, { value });
        option.selected = value === chosen;
        return option;
      }),
    );
    select.disabled = choices.length < 2;
  }

  const labelled = (one, code) => one.labels[one.codes.indexOf(code)] || MISSING;

  function filterField(one) {
    const line = element("p", "", { class: "field" });
    const id = `b-where-${one.key}`;
    const select = element("select", "", { id, name: `where.${one.key}` });
    const there = options(table, state, one.key).map((code) => [code, labelled(one, code)]);
    offer(select, there.length > 1 ? [...there, [ALL, said.apart]] : there, state.fixed[one.key]);
    line.append(element("label", fill(said.only, { dimension: one.label }), { for: id }), select);
    return line;
  }

  function valueBoxes(one) {
    const box = element("details");
    const chosen = state.only[one.key];
    box.dataset.values = one.key;
    box.append(element("summary", fill(said.which, { dimension: one.label })));
    const group = element("fieldset");
    group.append(element("legend", one.label, { class: "unseen" }));
    for (const code of options(table, { ...state, only: {} }, one.key)) {
      const label = element("label");
      const tick = element("input", "", { type: "checkbox", name: `only.${one.key}`, value: code });
      tick.checked = !chosen || chosen.includes(code);
      label.append(tick, ` ${labelled(one, code)}`);
      group.append(label);
    }
    const every = element("button", said.all_values, { type: "button", class: "plain" });
    every.dataset.every = one.key;
    group.append(every);
    box.append(group);
    return box;
  }

  function offerAll() {
    const all = table.dimensions.map(({ key, label }) => [key, label]);
    const open = new Set([...form.querySelectorAll("details[open]")].map(({ dataset }) => dataset.values));
    field("table").value = table.name;
    offer(field("rows"), all, state.rows);
    offer(field("columns"), [["", said.side_by_side], ...all.filter(([key]) => key !== state.rows)], state.columns);
    offer(field("figure"), table.figures.map(({ key, label }) => [key, label]), state.figure);
    const focused = document.activeElement?.id;
    form.querySelector(".filters").replaceChildren(
      ...table.dimensions.filter(({ key, codes }) => key in state.fixed && codes.length > 1).map(filterField),
    );
    form.querySelector(".values").replaceChildren(
      ...[state.rows, state.columns].filter(Boolean).map((key) => valueBoxes(dimension(table, key))),
    );
    for (const box of form.querySelectorAll("details")) box.open = open.has(box.dataset.values);
    if (focused?.startsWith("b-where-")) document.getElementById(focused)?.focus();
  }

  // ---- the table
  function caption() {
    const alone = state.columns || table.figures.length < 2;
    const along = [state.rows, state.columns, ...Object.keys(state.fixed).filter((key) => state.fixed[key] === ALL)];
    const names = along.filter(Boolean).map((key) => dimension(table, key).label.toLowerCase());
    const last = names.pop();
    const by = names.length ? `${names.join(", ")} ${said.and} ${last}` : last;
    const where = Object.entries(state.fixed)
      .filter(([key, code]) => code !== ALL && dimension(table, key).codes.length > 1)
      .map(([key, code]) => fill(said.where, { dimension: dimension(table, key).label, value: labelled(dimension(table, key), code) }));
    const what = alone ? fill(said.caption, { figure: figure(table, state.figure).label, dimensions: by }) : table.title;
    return [what, ...where].join("; ");
  }

  function cell({ figure: one, rows }) {
    const made = element("td", "", { class: "n" });
    if (!rows.length) made.textContent = MISSING;
    rows.forEach((row, place) => {
      if (place) made.append(element("br"));
      made.append(isHidden(one, row) ? element("em", one.shown[row]) : one.shown[row]);
      const interval = one.intervals?.[row];
      if (interval) made.append(element("small", ` (${interval[2]})`));
    });
    return made;
  }

  function tableOf(view) {
    const head = element("tr");
    head.append(...view.heads.map((label) => element("th", label, { scope: "col" })));
    head.append(...view.columns.map(({ label }) => element("th", label, { scope: "col", class: "n" })));
    const body = element("tbody");
    for (const row of view.rows) {
      const line = element("tr");
      line.append(...row.labels.map((label) => element("th", label || MISSING, { scope: "row" })), ...row.cells.map(cell));
      body.append(line);
    }
    const top = element("thead");
    top.append(head);
    return [element("caption", caption(), { class: "unseen" }), top, body];
  }

  // ---- what a reader must know of it
  function hiddenHere(view) {
    const cells = view.rows.flatMap((row) => row.cells);
    return cells.reduce((sum, { figure: one, rows }) => sum + rows.filter((row) => isHidden(one, row)).length, 0);
  }

  function withoutMargin() {
    if (!table.figures.some(({ counts }) => counts)) return [];
    return table.dimensions.filter(({ total, codes, in_time: inTime }) => total < 0 && codes.length > 1 && !inTime);
  }

  function marginLine({ key, label }) {
    const line = element("p", `${fill(said.no_margin, { dimension: label })} `);
    if (!table.margins[key]) return line;
    line.append(`${fill(said.margin_in, { dimension: label })} `);
    table.margins[key].forEach(({ name, title }, at) => {
      if (at) line.append("; ");
      line.append(element("a", title, { href: `#table=${encodeURIComponent(name)}` }));
    });
    return line;
  }

  function remarks(view) {
    const lines = [];
    const gone = hiddenHere(view);
    if (gone) lines.push(element("p", fill(said.hidden_here, { words: table.hidden_words, times: gone, why: table.explanation })));
    else if (table.explanation) lines.push(element("p", table.explanation));
    if (view.rows.some((row) => row.cells.some(({ rows }) => !rows.length))) lines.push(element("p", said.no_row));
    lines.push(element("p", said.never_added), ...withoutMargin().map(marginLine));
    for (const { overlapping, label, codes } of table.dimensions)
      if (overlapping && codes.length > 1) lines.push(element("p", fill(said.overlap, { dimension: label })));
    if (view.used.length < rowCount(table))
      lines.push(element("p", fill(said.part, { shown: view.used.length, all: rowCount(table) })));
    lines.push(...table.notes.map((note) => element("p", note)), element("p", `${said.source} ${table.source}`));
    return lines;
  }

  function sources(view) {
    const box = find(".sources");
    const found = [...new Set(view.used.map((row) => table.remarks[row]).filter(Boolean))];
    box.hidden = !found.length;
    box.querySelector("ul").replaceChildren(...found.map((remark) => element("li", remark)));
  }

  // ---- the chart
  const barOf = (label, { figure: one, rows: [row] }) => ({
    label,
    value: row === undefined ? null : one.values[row],
    shown: row === undefined ? MISSING : one.shown[row],
    low: one.intervals?.[row]?.[0] ?? null,
    high: one.intervals?.[row]?.[1] ?? null,
  });

  function panelsOf(view) {
    const unit = unitOf(view);
    const drawable = ({ rows }) => rows.length <= 1 && (!rows.length || table.units[rows[0]] === unit);
    const columns = state.columns ? view.columns.map((column, at) => ({ ...column, at })) : [{ label: "", at: view.columns.findIndex((column) => column.figure === state.figure) }];
    return columns.map(({ label, at }) => ({
      title: label,
      rows: view.rows
        .filter((row) => drawable(row.cells[at]) && (state.columns || row.cells[at].rows.length))
        .map((row) => barOf(row.labels.filter((label) => label && label !== MISSING).join(", "), row.cells[at])),
    }));
  }

  // One scale for persons and percents would mislead: only the most frequent unit is drawn.
  function unitOf(view) {
    const times = new Map();
    for (const row of view.used) times.set(table.units[row], (times.get(table.units[row]) ?? 0) + 1);
    return [...times].sort((a, b) => b[1] - a[1])[0]?.[0];
  }

  function whyNoChart(panels) {
    if (!panels.some(({ rows }) => rows.some(({ value }) => value !== null))) return said.no_chart_numbers;
    return panels.length > PANELS ? said.no_chart_columns : "";
  }

  function described(panels) {
    const named = panels.flatMap(({ title, rows }) => rows.filter(({ value }) => value !== null).map((row) => ({ ...row, at: [title, row.label].filter(Boolean).join(", ") })));
    const by = named.sort((a, b) => a.value - b.value);
    const [least, most] = [by[0], by.at(-1)];
    return `${fill(said.chart, { caption: caption() })} ${fill(said.chart_range, { most: most.shown, most_at: most.at, least: least.shown, least_at: least.at })}`;
  }

  function chart(view) {
    const box = find(".bars"), note = find("[data-drawn]");
    const panels = panelsOf(view);
    const why = whyNoChart(panels);
    box.replaceChildren();
    drawn = null;
    note.textContent = why;
    for (const button of place.querySelectorAll('[data-save="svg"], [data-save="png"]')) button.disabled = Boolean(why);
    if (why) return;
    const all = Math.max(...panels.map(({ rows }) => rows.length));
    for (const panel of panels) panel.rows = panel.rows.slice(0, ROWS);
    const dots = Boolean(figure(table, state.figure).intervals);
    drawn = drawBars(panels.filter(({ rows }) => rows.length), {
      width: Math.min(1040, Math.max(300, box.clientWidth)),
      dots,
      description: described(panels),
      mark: table.origin === "simulated" ? said.simulated : "",
    });
    box.append(drawn);
    const units = new Set(view.used.map((row) => table.units[row])).size > 1;
    note.textContent = [units ? fill(said.one_unit, { unit: unitOf(view) }) : "", dots ? said.interval_drawn : "", all > ROWS ? fill(said.chart_cut, { drawn: ROWS, all }) : ""].filter(Boolean).join(" ");
  }

  // ---- take it along
  const quoted = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    const safe = typeof value === "string" && /^[=+@\t]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };

  function csv(view) {
    const head = [...table.dimensions.flatMap(({ key }) => [key, `${key}_label`]), "figure", "value", "low", "high", "shown_as", "status", "remark", "edition", "address"];
    const shown = state.columns ? [figure(table, state.figure)] : table.figures;
    const lines = view.used.flatMap((row) =>
      shown.map((one) => [
        ...table.dimensions.flatMap(({ codes, labels, at }) => [codes[at[row]], labels[at[row]]]),
        one.key,
        one.values[row],
        one.intervals?.[row]?.[0],
        one.intervals?.[row]?.[1],
        one.shown[row],
        isHidden(one, row) ? said.hidden : one.values[row] === null ? said.not_published : said.known,
        table.remarks[row],
        edition,
        address(),
      ]),
    );
    return [head, ...lines].map((line) => line.map(quoted).join(",")).join("\r\n");
  }

  function take(kind) {
    if (kind === "csv") save(new Blob([`\ufeff${csv(makeView(table, state))}\r\n`], { type: "text/csv" }), `${table.name}.csv`);
    else if (drawn && kind === "svg") saveSvg(drawn, table.name);
    else if (drawn) savePng(drawn, table.name);
  }

  // ---- all together
  function show() {
    const view = makeView(table, state);
    result.hidden = false;
    find("#b-caption").textContent = caption();
    const mark = find("[data-mark]");
    mark.textContent = table.origin === "simulated" ? said.simulated : "";
    result.classList.toggle("is-simulated", table.origin === "simulated");
    find("table").replaceChildren(...tableOf(view));
    chart(view);
    find(".remarks").replaceChildren(...remarks(view));
    sources(view);
    find("[data-page]").href = field("table").selectedOptions[0].dataset.page;
    find(".cite-text").textContent = fill(said.cite, { title: caption(), edition, source: table.source, address: address() });
    status.textContent = view.rows.length
      ? fill(said.made, { rows: view.rows.length, columns: view.columns.length, figures: view.used.length })
      : said.nothing;
  }

  async function open(name, wanted) {
    status.textContent = said.loading;
    try {
      table = await load(name);
    } catch {
      status.textContent = said.failed;
      return;
    }
    state = completeState(table, wanted);
    offerAll();
    show();
  }

  function chosen() {
    const next = { rows: field("rows").value, columns: field("columns").value, figure: field("figure").value, fixed: {}, only: {} };
    for (const select of form.querySelectorAll(".filters select")) next.fixed[select.name.slice(6)] = select.value;
    for (const box of form.querySelectorAll("details")) {
      const ticks = [...box.querySelectorAll("input")];
      const on = ticks.filter((tick) => tick.checked).map((tick) => tick.value);
      if (on.length && on.length < ticks.length) next.only[box.dataset.values] = on;
    }
    return next;
  }

  async function changed(event) {
    if (event?.target.name === "table") await open(event.target.value, {});
    else {
      const inBox = event?.target.closest?.("details");
      state = completeState(table, chosen());
      if (!inBox) offerAll();
      show();
    }
    history.replaceState(null, "", fragment());
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", changed);
  form.addEventListener("click", (event) => {
    const key = event.target.dataset.every;
    if (!key) return;
    for (const tick of event.target.closest("fieldset").querySelectorAll("input")) tick.checked = true;
    changed();
  });
  place.addEventListener("click", (event) => event.target.dataset.save && take(event.target.dataset.save));
  function fromAddress() {
    const wanted = asked();
    const names = [...field("table").options].map(({ value }) => value);
    open(names.includes(wanted.table) ? wanted.table : names[0], wanted);
  }
  // Other links in the page, as the one to the content, change the address too.
  window.addEventListener("hashchange", () => asked().table && fromAddress());
  let later;
  window.addEventListener("resize", () => {
    clearTimeout(later);
    later = setTimeout(() => table && chart(makeView(table, state)), 200);
  });
  form.hidden = false;
  fromAddress();
})();
