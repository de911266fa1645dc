// What every script of a page needs: its words, sentences with places to fill, elements.
"use strict";

(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);

  const fill = (template, values) =>
    template.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));

  function element(name, text = "", attributes = {}) {
    const made = document.createElement(name);
    made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  Object.assign(globalThis, { monitorPage: { element, fill, read } });
})();
