// How the SPARQL editor shows answers: as a table, as bars or a line, as a graph; and what it says where one is refused.
const SVG = "http://www.w3.org/2000/svg";
const ROWS = 100;
const BARS = 50;
const STATEMENTS = 300;
const NUMBERS = /#(integer|decimal|double|float|int|long|short|byte|nonNegativeInteger|positiveInteger)$/;
const said = document.getElementById("yasgui").dataset;
const order = new Intl.Collator(document.documentElement.lang);
const written = new Intl.NumberFormat(document.documentElement.lang);
const seconds = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "second" });

function element(name, properties, ...content) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...content);
  return made;
}

function svg(name, attributes, ...content) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

function icon(path) {
  return svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": true }, svg("path", { d: path }));
}

function note(shown, total) {
  return element("p", { textContent: shown < total ? said.more.replace("{count}", written.format(shown)) : "" });
}

/** The end of an IRI; other values as they are. */
function lastPart(term) {
  return term.type === "uri" || term.termType === "NamedNode" ? term.value.replace(/^.*[/#](?=.)/, "") : term.value;
}

function prefixed(iri, prefixes) {
  const known = Object.entries(prefixes).find(([, start]) => iri.startsWith(start));
  return known ? `${known[0]}:${iri.slice(known[1].length)}` : iri;
}

/** Our own things are looked at on this server; nothing but http(s) is a link. */
function linkTo(iri) {
  if (iri.startsWith(said.base)) return `/${iri.slice(said.base.length).replace(/^\/+/, "")}`;
  return /^https?:/.test(iri) ? iri : null;
}

function shown(term, prefixes) {
  if (!term) return "";
  if (term.type === "uri") {
    const text = prefixed(term.value, prefixes);
    const href = linkTo(term.value);
    return href ? element("a", { href, title: term.value, dir: "ltr" }, text) : element("bdi", { dir: "ltr" }, text);
  }
  if (term.type === "bnode") return element("bdi", {}, `_:${term.value}`);
  const language = term["xml:lang"];
  const value = element("span", { dir: "auto", lang: language ?? "" }, String(term.value));
  const type = language || (term.datatype && !NUMBERS.test(term.datatype) && prefixed(term.datatype, prefixes));
  return type && type !== "xsd:string" ? element("span", {}, value, " ", element("small", { className: "tongue" }, type)) : value;
}

function compared(one, other) {
  return Number(one) - Number(other) || order.compare(one, other);
}

/** Rows that are sorted, searched and turned over; yes or no for a question that asks for it. */
export class Table {
  priority = 11;
  label = said.table;
  constructor(yasr) {
    this.yasr = yasr;
  }
  canHandleResults() {
    const { results } = this.yasr;
    return Boolean(results?.getBindings() || results?.getBoolean() !== undefined);
  }
  draw() {
    const { results, resultsEl } = this.yasr;
    if (results.getBoolean() !== undefined) {
      resultsEl.replaceChildren(element("p", { className: "lead" }, results.getBoolean() ? said.yes : said.no));
      return;
    }
    Object.assign(this, { columns: results.getVariables(), rows: [...results.getBindings()], wanted: "", page: 0 });
    this.heads = this.columns.map((name) => this.head(name));
    this.body = element("tbody");
    const table = element("table", { className: "table" }, element("thead", {}, element("tr", {}, ...this.heads)), this.body);
    resultsEl.replaceChildren(this.controls(), element("div", { className: "scroll", tabIndex: 0 }, table));
    this.fill();
  }
  head(name) {
    const button = element("button", { type: "button", dir: "ltr", onclick: () => this.sort(name) }, name);
    return element("th", { scope: "col" }, button);
  }
  controls() {
    const turn = (by) => () => {
      this.page += by;
      this.fill();
    };
    const search = (event) => {
      Object.assign(this, { wanted: event.target.value.toLowerCase(), page: 0 });
      this.fill();
    };
    this.count = element("span", { className: "count", role: "status" });
    this.place = element("span");
    this.back = element("button", { type: "button", ariaLabel: said.previous, onclick: turn(-1) }, "‹");
    this.on = element("button", { type: "button", ariaLabel: said.next, onclick: turn(1) }, "›");
    this.turning = element("span", {}, this.back, " ", this.place, " ", this.on);
    const input = element("input", { type: "search", oninput: search });
    return element("div", { className: "toolbar" }, element("label", {}, said.search, " ", input), this.count, this.turning);
  }
  sort(name) {
    const head = this.heads[this.columns.indexOf(name)];
    const sign = head.ariaSort === "ascending" ? -1 : 1;
    for (const each of this.heads) each.ariaSort = null;
    head.ariaSort = sign > 0 ? "ascending" : "descending";
    this.rows.sort((one, other) => sign * compared(one[name]?.value ?? "", other[name]?.value ?? ""));
    this.fill();
  }
  fill() {
    const holds = (row) => this.columns.some((name) => String(row[name]?.value ?? "").toLowerCase().includes(this.wanted));
    const found = this.wanted ? this.rows.filter(holds) : this.rows;
    const pages = Math.max(1, Math.ceil(found.length / ROWS));
    const prefixes = this.yasr.getPrefixes();
    const cell = (term) => element("td", { className: NUMBERS.test(term?.datatype) ? "number" : "" }, shown(term, prefixes));
    const line = (row) => element("tr", {}, ...this.columns.map((name) => cell(row[name])));
    this.body.replaceChildren(...found.slice(this.page * ROWS, (this.page + 1) * ROWS).map(line));
    const time = (this.yasr.results.getResponseTime() ?? 0) / 1000;
    this.count.textContent = `${said.rows}: ${written.format(found.length)} · ${seconds.format(time)}`;
    this.place.textContent = said.page.replace("{page}", written.format(this.page + 1)).replace("{pages}", written.format(pages));
    this.turning.hidden = pages === 1;
    this.back.disabled = this.page === 0;
    this.on.disabled = this.page === pages - 1;
  }
  download(name) {
    const getData = () => this.yasr.results.asCsv() ?? "";
    return { getData, contentType: "text/csv", title: said.download, filename: `${name || "answer"}.csv` };
  }
  getIcon() {
    return icon("M1 2h14v12H1zM2.5 6v3h5V6zM8.5 6v3h5V6zM2.5 10v2.5h5V10zM8.5 10v2.5h5V10z");
  }
}

/** The last column of numbers, by what the others say: a line over numbers such as years, bars over texts. */
export class Chart {
  priority = 5;
  label = said.chart;
  constructor(yasr) {
    this.yasr = yasr;
  }
  columns() {
    const rows = this.yasr.results?.getBindings?.() ?? [];
    const names = this.yasr.results?.getVariables?.() ?? [];
    const isNumber = (name) => rows.every((row) => row[name]?.value?.trim?.() && isFinite(row[name].value));
    const number = rows.length ? names.findLast(isNumber) : undefined;
    const texts = names.filter((name) => name !== number);
    return { rows, number, texts, overNumbers: rows.length > 2 && texts.length === 1 && isNumber(texts[0]) };
  }
  canHandleResults() {
    const { number, texts } = this.columns();
    return number !== undefined && texts.length > 0;
  }
  draw() {
    const { rows, number, texts, overNumbers } = this.columns();
    const width = Math.min(900, Math.max(300, this.yasr.resultsEl.clientWidth));
    const shown = overNumbers ? rows : rows.slice(0, BARS);
    const points = shown.map((row) => {
      const parts = texts.map((name) => row[name]).filter(Boolean).map(lastPart);
      return { text: parts.join(" · "), value: Number(row[number].value), written: row[number].value };
    });
    const picture = overNumbers ? lineOf(points, width) : barsOf(points, width);
    picture.prepend(svg("title", {}, said.chartOf.replace("{number}", number).replace("{text}", texts.join(", "))));
    this.yasr.resultsEl.replaceChildren(picture, note(shown.length, rows.length));
  }
  getIcon() {
    return icon("M1 15V9h3v6zM6 15V4h3v11zM11 15V7h3v8z");
  }
}

function canvas(name, width, height) {
  return svg("svg", { class: `chart ${name}`, viewBox: `0 0 ${width} ${height}`, width, height, role: "img" });
}

function barsOf(points, width) {
  const most = Math.max(...points.map((point) => point.value), 0) || 1;
  const start = width * 0.4;
  const letters = Math.floor(start / 7);
  const picture = canvas("bars", width, points.length * 24);
  points.forEach(({ text, value, written }, row) => {
    const length = Math.max(0, (value / most) * (width - start - 80));
    const label = text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
    picture.append(
      svg("text", { x: start - 10, y: row * 24 + 16, "text-anchor": "end" }, label, svg("title", {}, text)),
      svg("rect", { x: start, y: row * 24 + 4, height: 16, width: length }),
      svg("text", { x: start + length + 6, y: row * 24 + 16 }, written),
    );
  });
  return picture;
}

function lineOf(points, width) {
  const height = 320;
  const sorted = points.toSorted((one, other) => one.text - other.text);
  const across = sorted.map((point) => Number(point.text));
  const [first, last] = [across[0], across.at(-1)];
  const [least, most] = [Math.min(0, ...points.map((point) => point.value)), Math.max(0, ...points.map((point) => point.value))];
  const x = (value) => 60 + ((value - first) / (last - first || 1)) * (width - 90);
  const y = (value) => height - 40 - ((value - least) / (most - least || 1)) * (height - 70);
  const dots = sorted.map(({ text, value, written }) =>
    svg("circle", { cx: x(Number(text)), cy: y(value), r: 4 }, svg("title", {}, `${text}: ${written}`)),
  );
  const picture = canvas("line", width, height);
  picture.append(
    svg("path", { class: "axis", d: `M60 ${y(most)}V${y(least)}H${width - 30}` }),
    svg("polyline", { points: sorted.map(({ text, value }) => `${x(Number(text))},${y(value)}`).join(" ") }),
    ...dots,
    svg("text", { x: x(first), y: height - 14, "text-anchor": "middle" }, String(first)),
    svg("text", { x: x(last), y: height - 14, "text-anchor": "middle" }, String(last)),
    svg("text", { x: 50, y: y(most) + 5, "text-anchor": "end" }, String(most)),
    svg("text", { x: 50, y: y(least) + 5, "text-anchor": "end" }, String(least)),
  );
  return picture;
}

/** The triples of an answer; literals stay with their subjects. */
export class Graph {
  priority = 4;
  label = said.graph;
  constructor(yasr) {
    this.yasr = yasr;
  }
  statements() {
    return (this.yasr.results?.getStatements?.() ?? []).filter((quad) => quad.object.termType !== "Literal");
  }
  canHandleResults() {
    return this.statements().length > 0;
  }
  /** The library is large, and few look at graphs: it is fetched for the first one. */
  initialize() {
    if (globalThis.cytoscape) return Promise.resolve();
    return new Promise((onload, onerror) => {
      document.head.append(element("script", { src: said.cytoscape, onload, onerror }));
    });
  }
  draw() {
    const all = this.statements();
    const shown = all.slice(0, STATEMENTS);
    const target = element("div", { className: "drawn", role: "img", ariaLabel: said.graph });
    this.yasr.resultsEl.replaceChildren(target, note(shown.length, all.length));
    const nodes = new Map(shown.flatMap((quad) => [quad.subject, quad.object]).map((term) => [term.value, term]));
    const edge = (quad, place) => ({
      data: { id: `e${place}`, source: quad.subject.value, target: quad.object.value, label: lastPart(quad.predicate) },
    });
    this.destroy();
    this.drawn = globalThis.cytoscape({
      container: target,
      elements: [
        ...[...nodes.values()].map((term) => ({ data: { id: term.value, label: lastPart(term) } })),
        ...shown.map(edge),
      ],
      layout: {
        ...{ name: nodes.size > 120 ? "concentric" : "cose", animate: false, randomize: false },
        ...{ idealEdgeLength: () => 140, nodeRepulsion: () => 4e5, nodeOverlap: 40 },
      },
      style: graphStyle(target),
    });
  }
  destroy() {
    this.drawn?.destroy();
    this.drawn = undefined;
  }
  getIcon() {
    return icon("M4 1a3 3 0 1 0 1.7 5.5l3.6 3A3 3 0 1 0 10.6 8L6.7 4.9A3 3 0 0 0 4 1z");
  }
}

/** The colours of the page, which a canvas cannot take from style sheets. */
function graphStyle(target) {
  const probe = target.appendChild(document.createElement("span"));
  const [ink, line, accent] = ["--ink", "--edge", "--accent"].map((name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  const label = { label: "data(label)", color: ink };
  const arrow = { "target-arrow-shape": "triangle", "target-arrow-color": line, "curve-style": "bezier" };
  return [
    { selector: "node", style: { ...label, "background-color": accent, "font-size": 12, width: 14, height: 14 } },
    {
      selector: "edge",
      style: { ...label, ...arrow, "line-color": line, width: 1.5, "font-size": 9, "min-zoomed-font-size": 7 },
    },
  ];
}

/** What the server says against a query, in place of its JSON. */
export async function explained(error) {
  const refused = error.text?.startsWith("{");
  const text = refused ? JSON.parse(error.text).detail : `${said.wrong}: ${error.text ?? ""}`;
  return element("p", { className: "notice", role: "alert", lang: refused ? "en" : "", dir: refused ? "ltr" : "auto" }, text);
}
