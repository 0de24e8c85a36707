// How the SPARQL editor draws answers: as bars or a line, and as a graph.
import { element, icon, svg } from "./editor_elements.js";

const BARS = 50;
const STATEMENTS = 300;
const said = document.getElementById("yasgui").dataset;
const written = new Intl.NumberFormat(document.documentElement.lang);

function note(shown, total) {
  return element("p", { textContent: shown < total ? said.more.replace("{count}", written.format(shown)) : "" });
}

/** The end of an IRI; other values as they are. */
function lastPart(term) {
  return term.type === "uri" || term.termType === "NamedNode" ? term.value.replace(/^.*[/#](?=.)/, "") : term.value;
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
      return { parts, text: parts.join(" · "), value: Number(row[number].value), written: row[number].value };
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
  const letters = Math.floor(start / 7.5);
  const picture = canvas("bars", width, points.length * 24);
  points.forEach(({ parts, text, value, written }, row) => {
    const length = Math.max(0, (value / most) * (width - start - 80));
    const room = Math.floor(letters / parts.length) - 3;
    const cut = (part) => (part.length > room ? `${part.slice(0, room)}…` : part);
    const label = text.length > letters ? parts.map(cut).join(" · ") : text;
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
  const values = points.map((point) => point.value);
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
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
