// Which rows of a released table stand in which cell of a view. Nothing is ever added up: a cell
// shows the figures of its own rows, and a margin is a row that was published as a margin.
"use strict";

(() => {
  const ALL = "*";
  const MANY = 12;
  const SPARSE = 0.5;
  const OF_PUBLICATION = new Set(["series", "vintage"]);

  const dimension = (table, key) => table.dimensions.find((one) => one.key === key);
  const figure = (table, key) => table.figures.find((one) => one.key === key);
  const rowCount = (table) => table.dimensions[0].at.length;

  function passes(table, state, row, but = "") {
    return table.dimensions.every(({ key, codes, at }) => {
      if (key === but) return true;
      const code = codes[at[row]];
      const fixed = state.fixed[key];
      if (fixed !== undefined && fixed !== ALL && fixed !== code) return false;
      return !state.only[key]?.length || state.only[key].includes(code);
    });
  }

  function rowsOf(table, state, but = "") {
    const found = [];
    for (let row = 0; row < rowCount(table); row += 1) if (passes(table, state, row, but)) found.push(row);
    return found;
  }

  // The values that a dimension has among some rows, the most frequent first.
  function frequent({ codes, at }, rows) {
    const times = new Map();
    for (const row of rows) times.set(at[row], (times.get(at[row]) ?? 0) + 1);
    return [...times].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([value]) => codes[value]);
  }

  // The values that can be chosen for a dimension, in the order of the table.
  function options(table, state, key) {
    const { codes } = dimension(table, key);
    const there = new Set(frequent(dimension(table, key), rowsOf(table, state, key)));
    return codes.filter((code) => there.has(code));
  }

  function columnsByDefault(table, rows) {
    const others = table.dimensions.filter(({ key }) => key !== rows && !OF_PUBLICATION.has(key));
    for (const one of others) {
      if (one.codes.length < 2 || one.codes.length > MANY) continue;
      const rest = others.filter((other) => other !== one);
      const filled = rowCount(table) / rest.reduce((all, { codes }) => all * codes.length, 1);
      if (filled / (dimension(table, rows).codes.length * one.codes.length) >= SPARSE) return one.key;
    }
    return "";
  }

  function fixedByDefault(table, state, key) {
    const one = dimension(table, key);
    const there = frequent(one, rowsOf(table, state, key));
    if (there.length === 1) return there[0];
    if (one.total >= 0 && there.includes(one.codes[one.total])) return one.codes[one.total];
    if (OF_PUBLICATION.has(key)) return ALL;
    return state.columns || key === "measure" ? there[0] : ALL;
  }

  // A whole and possible choice, whatever was asked: an address may be old or typed by hand.
  function completeState(table, asked = {}) {
    const has = (key) => Boolean(dimension(table, key));
    const inTime = table.dimensions.find((one) => one.in_time);
    const rows = has(asked.rows) ? asked.rows : (inTime ?? table.dimensions[0]).key;
    const wanted = asked.columns ?? columnsByDefault(table, rows);
    const columns = has(wanted) && wanted !== rows ? wanted : "";
    const main = table.figures.find((one) => one.intervals) ?? table.figures[0];
    const shown = figure(table, asked.figure) ?? main;
    const state = { table: table.name, rows, columns, figure: shown.key, fixed: {}, only: {} };
    for (const { key, codes } of table.dimensions) {
      const only = (asked.only?.[key] ?? []).filter((code) => codes.includes(code));
      if (only.length && (key === rows || key === columns)) state.only[key] = only;
    }
    for (const { key } of table.dimensions) {
      if (key === rows || key === columns) continue;
      const chosen = asked.fixed?.[key];
      const possible = chosen === ALL || options(table, state, key).includes(chosen);
      state.fixed[key] = chosen !== undefined && possible ? chosen : fixedByDefault(table, state, key);
    }
    return state;
  }

  function ordered(keys) {
    return [...keys.values()].sort((a, b) => {
      const at = a.findIndex((value, place) => value !== b[place]);
      return at < 0 ? 0 : a[at] - b[at];
    });
  }

  function makeView(table, state) {
    const apart = table.dimensions.filter(({ key }) => state.fixed[key] === ALL);
    const heads = [dimension(table, state.rows), ...apart];
    const across = state.columns ? dimension(table, state.columns) : null;
    const used = rowsOf(table, state);
    const keys = new Map();
    const cells = new Map();
    const values = new Set();
    for (const row of used) {
      const key = heads.map(({ at }) => at[row]);
      keys.set(key.join(), key);
      const column = across ? across.at[row] : 0;
      values.add(column);
      const place = `${key.join()}|${column}`;
      cells.set(place, [...(cells.get(place) ?? []), row]);
    }
    const columns = across
      ? [...values].sort((a, b) => a - b).map((value) => ({ label: across.labels[value], value, figure: state.figure }))
      : table.figures.map((one) => ({ label: one.label, value: 0, figure: one.key }));
    const rows = ordered(keys).map((key) => ({
      labels: key.map((value, place) => heads[place].labels[value]),
      cells: columns.map((column) => ({
        figure: figure(table, column.figure),
        rows: cells.get(`${key.join()}|${column.value}`) ?? [],
      })),
    }));
    return { heads: heads.map(({ label }) => label), columns, rows, used };
  }

  // Hidden is a count that is there and may not be shown; it is never a 0 and never a gap.
  const isHidden = (one, row) => one.counts && one.values[row] === null;

  Object.assign(globalThis, {
    tableViews: { ALL, completeState, dimension, figure, isHidden, makeView, options, rowCount },
  });
})();
