// Makes the charts live. Without this script every chart is an image with the same content.
"use strict";

(() => {
  const PANEL = 225;
  let library;

  function load() {
    library ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = document.body.dataset.vega;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
    return library;
  }

  function read(id) {
    return JSON.parse(document.getElementById(id).textContent);
  }

  function fitted(spec, width) {
    const fit = structuredClone(spec);
    if (fit.facet) {
      const columns = Math.max(1, Math.floor(width / PANEL));
      fit.columns = columns;
      fit.spec.width = Math.max(120, Math.floor((width - 58 * columns) / columns));
    } else {
      fit.width = width;
      fit.autosize = { type: "fit-x", contains: "padding" };
      if (fit.config?.legend && width < 520) fit.config.legend.columns = 1;
    }
    return fit;
  }

  async function draw(place) {
    await load();
    const image = place.querySelector("img");
    const live = place.querySelector(".live") ?? place.appendChild(document.createElement("div"));
    const { paddingLeft, paddingRight } = getComputedStyle(place);
    const width = Math.floor(place.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight));
    if (!width || live.dataset.width === String(width)) return;
    live.dataset.width = String(width);
    live.className = "live";
    live.setAttribute("role", "img");
    live.setAttribute("aria-label", image.alt);
    const locale = read("number-locale");
    await window.vegaEmbed(live, fitted(read(place.dataset.chart), width), {
      actions: false,
      renderer: "svg",
      formatLocale: locale,
      tooltip: { theme: "plain" },
    });
    // The whole chart is one image with one description; its parts say nothing by themselves.
    live.querySelector("svg").setAttribute("aria-hidden", "true");
    place.classList.add("is-live");
  }

  function watch() {
    const seen = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (!entry.isIntersecting) continue;
          seen.unobserve(entry.target);
          draw(entry.target).catch(() => entry.target.classList.remove("is-live"));
        }
      },
      { rootMargin: "300px" },
    );
    const places = document.querySelectorAll(".drawing[data-chart]");
    places.forEach((place) => seen.observe(place));
    let later;
    window.addEventListener("resize", () => {
      clearTimeout(later);
      later = setTimeout(() => document.querySelectorAll(".drawing.is-live").forEach((p) => draw(p)), 200);
    });
  }

  // A form that only opens another page: the answer is worked out there, nothing is sent.
  document.querySelectorAll("form[data-check]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const asked = new FormData(form).get("q");
      window.location.href = `${form.getAttribute("action")}#q=${encodeURIComponent(asked)}`;
    });
  });

  watch();
})();
