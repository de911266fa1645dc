// Draws rows of bars, or of dots with their interval, in panels on one scale, as one SVG.
// A figure that is hidden or missing stands there in words, never as a bar.
"use strict";

(() => {
  const SPACE = "http://www.w3.org/2000/svg";
  const INK = "#14202e", SOFT = "#46535f", BLUE = "#0072b2", RULE = "#dde2e7", WARNING = "#8a4b00";
  const FACE = 'Arial, "Liberation Sans", Helvetica, sans-serif';
  const LETTER = 6.9, BESIDE = 13, GAP = 36, LINE = 16;

  function make(name, attributes = {}, text = "") {
    const made = document.createElementNS(SPACE, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  }

  const words = (text, x, y, more = {}) =>
    make("text", { x, y, fill: INK, "font-size": 12.5, ...more }, text);

  function wrapped(text, width) {
    const lines = [""];
    for (const word of text.split(" ")) {
      const longer = `${lines.at(-1)} ${word}`.trim();
      if (longer.length * LETTER > width && lines.at(-1)) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    return lines;
  }

  function extent(panels) {
    const numbers = panels
      .flatMap(({ rows }) => rows.flatMap(({ value, low, high }) => [value, low, high]))
      .filter((one) => typeof one === "number" && Number.isFinite(one));
    return { least: Math.min(0, ...numbers), most: Math.max(0, ...numbers) };
  }

  function drawRow(group, row, { y, at, left, beside, dots, end }) {
    const middle = beside ? y : y + 9;
    group.append(words(row.label, beside ? 0 : left + 6, beside ? y + 4.5 : y - 6));
    if (row.value === null) {
      group.append(words(row.shown, left + 4, middle + 4.5, { fill: SOFT, "font-style": "italic" }));
      return;
    }
    const zero = at(0), tip = at(row.value);
    if (!dots)
      group.append(make("rect", { x: Math.min(zero, tip), y: middle - 6.5, width: Math.max(1, Math.abs(tip - zero)), height: 13, fill: BLUE }));
    let last = Math.max(zero, tip);
    if (typeof row.low === "number" && typeof row.high === "number") {
      const ink = dots ? BLUE : INK;
      group.append(make("line", { x1: at(row.low), x2: at(row.high), y1: middle, y2: middle, stroke: ink, "stroke-width": 2.5, opacity: 0.65 }));
      last = Math.max(last, at(row.high));
    }
    if (dots) group.append(make("circle", { cx: tip, cy: middle, r: 5, fill: BLUE }));
    const room = end - last > row.shown.length * LETTER + 8;
    const label = room
      ? words(row.shown, last + 7, middle + 4.5)
      : words(row.shown, end, beside ? middle + 4.5 : y - 6, { "text-anchor": "end", stroke: "#fff", "stroke-width": 4, "paint-order": "stroke" });
    group.append(label);
  }

  // One panel: its title over its rows. Gives the group and how high it became.
  function drawPanel(panel, { width, scale, dots }) {
    const group = make("g");
    const longest = Math.max(...panel.rows.map(({ label }) => label.length));
    const beside = longest <= BESIDE;
    const left = beside ? longest * LETTER + 12 : 0;
    const figures = Math.max(...panel.rows.map(({ shown }) => shown.length)) * LETTER + 14;
    const end = width - 4;
    const reach = Math.max(60, end - left - Math.min(figures, width / 3));
    const span = scale.most - scale.least || 1;
    const at = (value) => left + ((value - scale.least) / span) * reach;
    let y = 0;
    for (const line of panel.title ? wrapped(panel.title, width) : []) {
      y += LINE;
      group.append(words(line, 0, y, { "font-weight": 700 }));
    }
    const top = y + 6;
    y += beside ? 20 : 28;
    for (const row of panel.rows) {
      drawRow(group, row, { y, at, left, beside, dots, end });
      y += beside ? 24 : 44;
    }
    const foot = y - (beside ? 8 : 20);
    group.prepend(make("line", { x1: at(0), x2: at(0), y1: top, y2: foot, stroke: SOFT, "stroke-width": 1 }));
    return { group, height: foot };
  }

  // panels: [{title, rows: [{label, value, low, high, shown}]}]; returns the SVG element.
  function drawBars(panels, { width, dots = false, description, mark = "" }) {
    const columns = panels.length > 1 ? Math.max(1, Math.floor(width / 400)) : 1;
    const each = (width - GAP * (columns - 1)) / columns;
    const scale = extent(panels);
    const svg = make("svg", { xmlns: SPACE, width, role: "img", "aria-label": description, "font-family": FACE });
    let y = 8, line = [];
    svg.append(make("title", {}, description));
    if (mark) svg.append(words(mark, 0, (y += 12), { fill: WARNING, "font-weight": 700, "font-size": 12 }));
    if (mark) y += 8;
    const lay = () => {
      if (!line.length) return;
      const height = Math.max(...line.map((one) => one.height));
      line.forEach(({ group }, place) => group.setAttribute("transform", `translate(${place * (each + GAP)} ${y})`));
      y += height + 22;
      if (columns > 0) svg.append(make("line", { x1: 0, x2: width, y1: y - 12, y2: y - 12, stroke: RULE }));
      line = [];
    };
    for (const panel of panels) {
      const drawn = drawPanel(panel, { width: each, scale, dots });
      svg.append(drawn.group);
      line.push(drawn);
      if (line.length === columns) lay();
    }
    lay();
    svg.prepend(make("rect", { width, height: y, fill: "#fff" }));
    svg.setAttribute("height", y);
    svg.setAttribute("viewBox", `0 0 ${width} ${y}`);
    return svg;
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  const written = (svg) => new XMLSerializer().serializeToString(svg);

  function saveSvg(svg, name) {
    save(new Blob([written(svg)], { type: "image/svg+xml" }), `${name}.svg`);
  }

  async function savePng(svg, name) {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(written(svg))}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 2 * svg.width.baseVal.value;
    canvas.height = 2 * svg.height.baseVal.value;
    const pen = canvas.getContext("2d");
    pen.scale(2, 2);
    pen.drawImage(image, 0, 0);
    canvas.toBlob((blob) => save(blob, `${name}.png`), "image/png");
  }

  Object.assign(globalThis, { monitorBars: { drawBars, save, savePng, saveSvg } });
})();
