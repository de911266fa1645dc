// Checks a quoted number by the rules, the statements and the sentences that are handed to it.
// The same steps as the package `published.checking`; a test holds the two to the same answers.
// Nothing here knows a language, a figure or a rule: all of that is data.
"use strict";

globalThis.createNumberChecker = (data) => {
  const { keywords, phrases, rules, statements, words } = data;
  const show = new Intl.NumberFormat(data.language, { maximumFractionDigits: 1 });
  const named = keywords.words;
  const compiled = new Map();

  function pattern(source, flags = "g") {
    const key = `${flags}:${source}`;
    if (!compiled.has(key)) compiled.set(key, new RegExp(source, flags));
    const found = compiled.get(key);
    found.lastIndex = 0;
    return found;
  }
  const all = (source, text) => [...text.matchAll(pattern(source))];
  const holds = (source, text) => pattern(source, "").test(text);
  const span = (match) => [match.index, match.index + match[0].length];
  const masked = (text, [start, end]) => text.slice(0, start) + "|".repeat(end - start) + text.slice(end);
  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const joined = (parts, sentence) => parts.reduceRight((rest, first) => (rest === null ? first : fill(sentence, { first, rest })), null) ?? "";
  const pairs = (years) => years && years.join("-");
  const alike = (one, other) => pairs(one) === pairs(other);

  // --- reading a sentence -------------------------------------------------------------------
  const YEAR = "(?<![\\d.,_])(20(?:0[5-9]|[1-3]\\d))(?![\\d_]|[.,]\\d)";
  const OLD_YEAR = "(?<![\\d.,_])(19\\d\\d|200[0-4])(?![\\d_%]|[.,]\\d)";
  const DIGITS = "(?<![\\d.,_])(?<digits>\\d{1,3}(?:[.,_]\\d{3})+(?!\\d)(?:[.,]\\d+)?|\\d+(?:[.,]\\d+)?)";
  const HEDGES = ["about", "more", "less"];
  const HEDGE = `(?:\\b(?:${HEDGES.map((name) => `(?<${name}>${named[name]})`).join("|")})\\s+(?:de\\s+|the\\s+)?)?`;
  const SMALL = Object.keys(named.small).join("|");
  const RATIO =
    `\\b(?:${named.one_in}(?<n>\\d{1,3}(?:[.,]\\d+)?|${SMALL})\\b(?![.,]?\\d)` +
    `|(?<top>\\d{1,2})\\s+(?:op\\s+de|out\\s+of|van\\s+de)\\s+(?<of>100?)\\b(?![.,]?\\d))`;
  const WRITTEN =
    `${HEDGE}(?<sign>(?<![\\w|])[+-]\\s?)?${DIGITS}(?:\\s+(?<thousand>${named.thousand})\\b)?` +
    `(?:\\s*(?<percent>${named.percent})(?![a-z])|\\s+(?<rate>${named.rate})\\b)?`;
  const IGNORED = new Set([...keywords.unread.ignored.split(/\s+/), ...Object.keys(named.small)]);

  function ascii(text) {
    return text
      .replace(/[‐‑‒–—−]/g, "-")
      .replace(/[‘’ʼ`´]/g, "'")
      .replace(/[\u00a0\u2009\u202f]/g, "_")
      .normalize("NFKD")
      .replace(/[^\x00-\x7f]/g, "");
  }

  function meaning(text) {
    let [rest, counted] = [text, text];
    const found = { facets: {}, subject: null, base: null, series: null, quantity: null };
    const subjects = [];
    for (const entry of keywords.keyword) {
      const spans = entry.patterns.flatMap((source) => all(source, rest).map(span));
      if (!spans.length) continue;
      for (const one of spans) {
        if (/\d/.test(text.slice(...one))) counted = masked(counted, one);
        rest = masked(rest, one);
      }
      if (entry.facet && !(entry.facet[0] in found.facets)) found.facets[entry.facet[0]] = entry.facet[1];
      if (entry.subject) subjects.push(entry.subject);
      for (const key of ["series", "base", "quantity"]) if (entry[key]) found[key] ??= entry[key];
    }
    const combined = keywords.combined.find((entry) => entry.subjects.every((one) => subjects.includes(one)));
    found.subject = combined ? combined.subject : (subjects[0] ?? null);
    return { found, rest, counted };
  }

  function yearsIn(text) {
    const found = [];
    const between = `${YEAR}\\s*(?:${named.range}\\s*(?:in\\s+)?${YEAR}|[-/]\\s*(\\d\\d)(?!\\d))`;
    for (const match of all(between, text)) {
      const first = Number(match[1]);
      const last = match[2] ? Number(match[2]) : Math.floor(first / 100) * 100 + Number(match[3]);
      if (first >= last) continue;
      found.push([match.index, [first, last]]);
      text = masked(text, span(match));
    }
    for (const match of all(`${YEAR}(?!\\s*${named.percent})`, text)) {
      found.push([match.index, [Number(match[1]), Number(match[1])]]);
      text = masked(text, span(match));
    }
    if (!found.length && all("(?<![\\d.,_])\\d+", text).length > 1) {
      const old = all(OLD_YEAR, text).at(-1);
      if (old) {
        found.push([old.index, [Number(old[1]), Number(old[1])]]);
        text = masked(text, span(old));
      }
    }
    found.sort((a, b) => a[0] - b[0]);
    return [found.map(([, years]) => years), text];
  }

  function monthsIn(text) {
    const names = named.months;
    const found = all(`\\b(${Object.keys(names).join("|")})[a-z]*\\b`, text).map((match) => names[match[1]]);
    found.sort((a, b) => a - b);
    return found.length ? [found[0], found.at(-1)] : null;
  }

  function periods(years, number) {
    if (!years.length) return [null, null];
    if (!number || !["change", "difference"].includes(number.kind)) return [years[0], null];
    if (years.length === 1) {
      const [first, last] = years[0];
      return first < last ? [[last, last], [first, first]] : [years[0], null];
    }
    const ordered = years.slice(0, 2).sort((a, b) => a[1] - b[1] || a[0] - b[0]);
    return [ordered[1], ordered[0]];
  }

  function direction(rest, [start, end], near = false) {
    const [before, after] = [rest.slice(0, start), rest.slice(end)];
    if (holds(named.level, before)) return 0;
    const stop = /[,;:.()](?:\s|$)/;
    const here = near ? (after.trim().split(/\s+/)[0] ?? "") : `${before.split(stop).at(-1)} # ${after.split(stop)[0]}`;
    if (holds(named.fewer, here)) return -1;
    return holds(named.larger, here) ? 1 : 0;
  }

  const kindOf = ({ percent, change, rate }) => (rate ? "rate" : percent ? (change ? "change" : "percent") : change ? "difference" : "count");
  const decimalsOf = (digits) => digits.replaceAll(",", ".").split(".").slice(1).join(".").length;

  function roundSpread(value, hedged) {
    const unit = 10 ** rules.tolerance.round_zeros;
    return value >= unit && value % unit === 0 && !hedged ? rules.tolerance.round * value : 0;
  }

  function readDigits(digits, fraction) {
    const marks = digits.replace(/\d/g, "");
    if (!marks) return [Number(digits), 0];
    const grouped = !fraction && /^\d{1,3}(?:[.,_]\d{3})+(?:[.,]\d+)?$/.test(digits);
    if (grouped && (marks.length === 1 || marks.at(-1) === marks[0])) return [Number(digits.replace(/\D/g, "")), 0];
    const last = Math.max(digits.lastIndexOf("."), digits.lastIndexOf(","));
    if (last < 0) return [Number(digits.replaceAll("_", "")), 0];
    return [Number(`${digits.slice(0, last).replace(/\D/g, "")}.${digits.slice(last + 1)}`), digits.length - last - 1];
  }

  function quoted(match, kind, value, spread) {
    const hedge = HEDGES.find((name) => match.groups[name]);
    const size = Math.abs(value);
    const { about, more, less } = rules.tolerance;
    let [below, above] = Array.isArray(spread) ? spread : [spread, spread];
    if (hedge === "about") [below, above] = [Math.max(below, about * size), Math.max(above, about * size)];
    else if (hedge === "more") [below, above] = [0, Math.max(above, more * size)];
    else if (hedge === "less") [below, above] = [Math.max(below, less * size), 0];
    const [low, high] = value >= 0 ? [size - below, size + above] : [-size - above, -size + below];
    return { written: match[0].trim().replaceAll("_", " "), kind, value, low, high };
  }

  function numbersIn(text, rest) {
    const found = [];
    for (const entry of keywords.number) {
      for (const source of entry.patterns) {
        for (const match of all(HEDGE + source, text)) {
          const change = entry.kind === "change";
          const way = direction(rest, span(match));
          found.push(quoted(match, kindOf({ percent: true, change: change || way }), (change ? 1 : way || 1) * entry.value, entry.spread));
          text = masked(text, span(match));
        }
      }
    }
    for (const match of all(HEDGE + RATIO, text)) {
      const { n, top, of } = match.groups;
      const way = direction(rest, span(match));
      const kind = kindOf({ percent: true, change: way });
      if (of) {
        found.push(quoted(match, kind, ((way || 1) * 100 * Number(top)) / Number(of), 50 / Number(of)));
      } else {
        const ratio = named.small[n] ?? Number(n.replace(",", "."));
        const half = 0.5 * 10 ** -decimalsOf(n);
        const value = 100 / ratio;
        if (ratio >= 1) found.push(quoted(match, kind, (way || 1) * value, [value - 100 / (ratio + half), 100 / Math.max(ratio - half, 1) - value]));
      }
    }
    text = text.replace(pattern(HEDGE + RATIO), (whole) => "|".repeat(whole.length));
    for (const match of all(WRITTEN, text)) {
      const { sign, digits, thousand, percent, rate } = match.groups;
      let [value, decimals] = readDigits(digits, Boolean(percent));
      if (thousand) [value, decimals] = [value * 1000, 0];
      const way = { "+": 1, "-": -1 }[(sign ?? " ")[0]] ?? direction(rest, span(match), !percent);
      const kind = kindOf({ percent, rate, change: way });
      const written = ["percent", "change", "rate"].includes(kind) ? 0.5 * 10 ** -decimals : 0;
      const hedged = HEDGES.some((name) => match.groups[name]);
      found.push(quoted(match, kind, (way || 1) * value, written || roundSpread(value, hedged)));
    }
    return found;
  }

  function readQuote(quote) {
    const text = ascii(quote).toLowerCase();
    const { found, rest, counted: marked } = meaning(text);
    const unread = [...new Set(all("[a-z]{4,}", rest).map((match) => match[0]))].filter((word) => !IGNORED.has(word));
    const place = all(keywords.unread.place, ascii(quote)).map((match) => match[1].toLowerCase()).find((name) => unread.includes(name));
    if (place) found.facets.place = place;
    const [years, counted] = yearsIn(marked);
    const numbers = numbersIn(counted, rest);
    const number = numbers.find((one) => one.kind !== "count") ?? numbers[0] ?? null;
    const [target, earlier] = periods(years, number);
    const others = numbers.filter((one) => one !== number).map((one) => one.written);
    return { ...found, number, years: target, comparedWith: earlier, months: target ? monthsIn(text) : null, others, unread };
  }

  // --- placing statements beside the question ------------------------------------------------
  const TOO_FAR = 3;

  function subjectAsked(question, quantity) {
    const owned = Object.entries(rules.subject.owned);
    const facets = { ...question.facets };
    let { subject } = question;
    if (subject === null) {
      const owner = owned.find(([facet]) => facet in facets);
      subject = owner ? owner[1] : rules.subject.default;
      const bare = !Object.keys(facets).length && !["reports", "notifications"].includes(question.base);
      if (quantity === "share" && bare) subject = rules.subject.in_view;
    }
    if (subject === rules.subject.in_view && quantity !== "share") subject = rules.subject.default;
    for (const [facet, owner] of owned) if (owner !== subject) delete facets[facet];
    return [subject, facets];
  }

  function groupDiffers(facets, statement) {
    let far = 0;
    for (const name of new Set([...Object.keys(facets), ...Object.keys(statement.facets)])) {
      const [here, there] = [facets[name], statement.facets[name]];
      if (here === there) continue;
      const together = (rules.confused[name] ?? []).some((row) => row.includes(here) && row.includes(there));
      far += here === undefined || there === undefined || together ? 1 : TOO_FAR;
    }
    return Array(far).fill("group");
  }

  function subjectDiffers(subject, statement) {
    if (statement.subject === subject) return [];
    const near = rules.subject.alternatives[subject] ?? [];
    return Array(near.includes(statement.subject) ? 1 : TOO_FAR).fill("subject");
  }

  function periodDiffers(question, statement) {
    const { years } = question;
    const theirs = statement.years;
    const months = statement.period.includes("/");
    if (!years) return months ? ["period"] : [];
    if (question.months) {
      const [first, last] = question.months.map((month, end) => `${years[end]}-${String(month).padStart(2, "0")}`);
      if (statement.period === `${first}/${last}`) return [];
    }
    if (alike(years, theirs) && !months && !question.months) return [];
    const inside = theirs[0] <= years[0] && years[1] <= theirs[1];
    if (inside && statement.yearly) return [];
    const around = years[0] <= theirs[0] && theirs[1] <= years[1];
    return inside || around ? ["period"] : ["year"];
  }

  function startDiffers(question, statement) {
    const [start, asked] = [statement.comparedWith, question.comparedWith];
    if (!start) return asked ? ["compared_with"] : [];
    if (!asked) return start[1] === statement.years[0] - 1 ? [] : ["compared_with"];
    if (alike(asked, start)) return [];
    const overlap = asked[0] <= start[1] && start[0] <= asked[1];
    return Array(overlap ? 1 : TOO_FAR).fill("compared_with");
  }

  // A sum over years that takes some years from one series and some from the other.
  function mixture(question, subject, facets, quantity) {
    const { years, number } = question;
    if (subject !== "register" || Object.keys(facets).length || quantity !== "count" || !number || !years) return [];
    const length = years[1] - years[0];
    if (length < 1 || length > 9) return [];
    const options = [];
    for (let year = years[0]; year <= years[1]; year += 1) options.push(data.yearly[year] ?? []);
    const ways = combinations(options, number.value);
    const mixed = (way) => new Set(way.map((one) => one.series).filter((one) => one !== "both")).size > 1;
    if (!ways.length || ways.some((way) => !mixed(way))) return [];
    const parts = joined(ways[0].map((one) => one.part), words.plus);
    const period = pairs(years);
    const text = fill(data.mixture.text, { period, parts, value: show.format(number.value) });
    const citations = [...new Set(ways[0].flatMap((one) => one.citations))];
    const { value } = number;
    return [{ statement: { ...data.mixture, years, period, value, low: value, high: value, text, citations }, differs: [] }];
  }

  function combinations(options, wanted, chosen = [], sum = 0) {
    if (chosen.length === options.length) return sum === wanted ? [chosen] : [];
    if (sum > wanted) return [];
    return options[chosen.length].flatMap((one) => combinations(options, wanted, [...chosen, one], sum + one.value));
  }

  function place(question) {
    const { number } = question;
    const quantity = question.quantity || (number ? ({ count: "count", percent: "share" }[number.kind] ?? number.kind) : "");
    const [subject, facets] = subjectAsked(question, quantity);
    const placed = [];
    for (const statement of statements) {
      if (statement.quantity !== quantity) continue;
      const differs = [
        ...subjectDiffers(subject, statement),
        ...groupDiffers(facets, statement),
        ...periodDiffers(question, statement),
        ...startDiffers(question, statement),
      ];
      if (differs.filter((name) => name !== "year").length <= 1) placed.push({ statement, differs });
    }
    return [...placed, ...mixture(question, subject, facets, quantity)];
  }

  // --- how each statement stands to the number ---------------------------------------------
  const good = ({ statement }) => ["published", "computed"].includes(statement.standing);
  const standing = ({ statement }) => (statement.standing === "other_base" ? ["standing"] : []);
  const usable = (entry) => good(entry) || entry.statement.standing === "other_base";
  const related = (entry, relation, reading = []) => ({ statement: entry.statement, differs: [...entry.differs, ...reading], relation });
  const rowOf = (base) => rules.base.same.find((row) => row.includes(base)) ?? null;
  const namesBase = (asked, base) => asked === base || (rowOf(asked) !== null && rowOf(asked) === rowOf(base));

  function fits({ number }, { statement }) {
    const [low, high] = [Math.max(number.low, statement.low), Math.min(number.high, statement.high)];
    const point = number.low === number.high || statement.low === statement.high;
    return point ? low <= high + 1e-9 : low < high - 1e-9;
  }

  function mainReading(question, entries) {
    const trusted = entries.filter(good);
    const byName = trusted.filter((entry) => question.base && namesBase(question.base, entry.statement.base));
    const plain = trusted.filter((entry) => !rules.base.special.includes(entry.statement.base));
    const chosen = [byName, plain, trusted].find((some) => some.length) ?? [];
    const wanted = rules.series.named[question.series] ?? [];
    const inSeries = chosen.filter((entry) => wanted.includes(entry.statement.series));
    if (inSeries.length) return inSeries;
    const order = (entry) => rules.series.order[entry.statement.series] ?? 0;
    const lowest = Math.min(...chosen.map(order));
    return chosen.filter((entry) => order(entry) === lowest);
  }

  function otherBase(question, entry) {
    const [asked, base] = [question.base, entry.statement.base];
    return asked && rowOf(asked) && rowOf(base) && !namesBase(asked, base) ? ["base"] : [];
  }

  function inPeriod(question, entries) {
    const main = mainReading(question, entries);
    const series = new Set(main.map((entry) => entry.statement.series));
    return entries.flatMap((entry) => {
      const aside = main.includes(entry) ? [] : [series.has(entry.statement.series) ? "base" : "series"];
      const reading = [...otherBase(question, entry), ...aside, ...standing(entry)];
      const fitting = fits(question, entry);
      if (!usable(entry)) return fitting ? [related(entry, "disputed")] : [];
      if (fitting) return [related(entry, reading.length ? "other_definition" : "match", reading)];
      return [related(entry, main.includes(entry) ? "contradiction" : "context", reading)];
    });
  }

  const latest = (a, b) => b.statement.years[0] - a.statement.years[0] || b.statement.years[1] - a.statement.years[1];

  function inScope(question, scope) {
    const byPeriod = Map.groupBy ? Map.groupBy(scope, (entry) => pairs(entry.statement.years)) : grouped(scope);
    const found = [...byPeriod.values()].sort((a, b) => latest(a[0], b[0])).flatMap((entries) => inPeriod(question, entries));
    if (question.years) return found;
    const fitting = found.filter((entry) => ["match", "other_definition", "disputed"].includes(entry.relation));
    return fitting.length ? fitting : found.filter((entry) => entry.relation === "contradiction").slice(0, 1);
  }

  function grouped(scope) {
    const found = new Map();
    for (const entry of scope) {
      const key = pairs(entry.statement.years);
      found.set(key, [...(found.get(key) ?? []), entry]);
    }
    return found;
  }

  function relate(question, entries) {
    const found = inScope(question, entries.filter((entry) => !entry.differs.length));
    for (const entry of entries) {
      if (entry.differs.length && !entry.differs.includes("year") && fits(question, entry)) {
        found.push(related(entry, usable(entry) ? "other_definition" : "disputed", standing(entry)));
      }
    }
    if (!found.some((entry) => ["match", "other_definition"].includes(entry.relation))) {
      const others = entries.filter((entry) => entry.differs.length === 1 && entry.differs[0] === "year" && good(entry) && fits(question, entry));
      found.push(...others.sort(latest).slice(0, 3).map((entry) => related(entry, "other_year")));
    }
    return found;
  }

  // --- the answer in words -------------------------------------------------------------------
  const ORDER = ["match", "other_definition", "contradiction", "disputed", "other_year", "context"];
  const SHOWN = 6;

  function answer({ statement, differs, relation }) {
    const why = words.differences.filter((name) => differs.includes(name)).map((name) => phrases[statement.differences[name]]);
    const because = relation === "other_definition" && why.length;
    const stands = because ? fill(words.because, { why: joined([...new Set(why)], words.and) }) : words.relations[relation];
    return { relation, text: `${statement.text} ${stands}`, note: phrases[statement.note], citations: statement.citations.map((place) => phrases[place]) };
  }

  function remarks(question, verdict) {
    const said = [];
    if (question.others.length) said.push(fill(words.others, { numbers: question.others.join(", ") }));
    if (question.unread.length) said.push(fill(words.unread, { words: question.unread.join(", ") }));
    if (verdict !== "unknown" && !question.years) said.push(words.yearless);
    return said;
  }

  return (quote) => {
    const question = readQuote(quote);
    if (!question.number) return { verdict: "unknown", question, answers: [], summary: words.numberless, remarks: [] };
    const says = Object.keys(question.facets).length || question.subject || question.base || question.quantity || question.series;
    let found = question.unread.length && !says ? [] : relate(question, place(question));
    const decisive = rules.verdict.order.find((relation) => found.some((entry) => entry.relation === relation));
    const verdict = decisive === "disputed" ? rules.verdict.disputed : (decisive ?? "unknown");
    if (verdict === "match") found = found.map((entry) => (entry.relation === "contradiction" ? { ...entry, relation: "context" } : entry));
    found.sort((a, b) => ORDER.indexOf(a.relation) - ORDER.indexOf(b.relation));
    return {
      verdict,
      question,
      answers: found.slice(0, SHOWN).map(answer),
      summary: fill(words.summaries[verdict], { written: question.number.written }),
      remarks: remarks(question, verdict),
    };
  };
};
