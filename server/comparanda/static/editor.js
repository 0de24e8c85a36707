// The SPARQL editor (YASGUI) in place of the plain form: our prefixes and terms, answers as charts and graphs, and the
// saved queries below it. Without it the form and the links of the saved queries do.
const SVG = "http://www.w3.org/2000/svg";
const BARS = 50;
const STATEMENTS = 300;
const place = document.getElementById("yasgui");
const plain = document.getElementById("plain-editor");
const said = place.dataset;
const address = new URL(said.endpoint, document.baseURI).href;
const terms = fetch(said.terms).then((response) => response.json());

function svg(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

function note(shown, total) {
  const element = document.createElement("p");
  element.textContent = shown < total ? said.more.replace("{count}", shown) : "";
  return element;
}

// Bars for answers that hold a number in every row: the first such column, by the first other one.
class Chart {
  constructor(yasr) {
    this.yasr = yasr;
    this.priority = 5;
    this.label = said.chart;
  }
  columns() {
    const rows = this.yasr.results?.getBindings?.() ?? [];
    const names = this.yasr.results?.getVariables?.() ?? [];
    const isNumber = (name) => rows.every((row) => row[name] && row[name].value.trim() !== "" && isFinite(row[name].value));
    const number = rows.length ? names.find(isNumber) : undefined;
    return { rows, number, text: names.find((name) => name !== number) };
  }
  canHandleResults() {
    const { number, text } = this.columns();
    return number !== undefined && text !== undefined;
  }
  draw() {
    const { rows, number, text } = this.columns();
    const shown = rows.slice(0, BARS);
    const most = Math.max(...shown.map((row) => Number(row[number].value)), 0) || 1;
    const picture = svg("svg", { class: "bars", viewBox: `0 0 900 ${shown.length * 24}`, role: "img", width: "100%" });
    picture.append(svg("title", {}, said.chartOf.replace("{number}", number).replace("{text}", text)));
    shown.forEach((row, place) => {
      const y = place * 24;
      const value = Number(row[number].value);
      const label = (row[text]?.value ?? "").replace(/^.*[/#](?=.)/, "");
      picture.append(svg("text", { x: 290, y: y + 16, "text-anchor": "end" }, label.length > 42 ? `${label.slice(0, 41)}…` : label));
      picture.append(svg("rect", { x: 300, y: y + 4, height: 16, width: Math.max(0, (value / most) * 520) }));
      picture.append(svg("text", { x: 306 + Math.max(0, (value / most) * 520), y: y + 16 }, row[number].value));
    });
    this.yasr.resultsEl.replaceChildren(picture, note(shown.length, rows.length));
  }
  getIcon() {
    const icon = svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": true });
    icon.append(svg("path", { d: "M1 15V9h3v6zM6 15V4h3v11zM11 15V7h3v8z" }));
    return icon;
  }
}

// A graph of the triples of an answer; literals stay with their subjects.
class Graph {
  constructor(yasr) {
    this.yasr = yasr;
    this.priority = 4;
    this.label = said.graph;
  }
  statements() {
    return (this.yasr.results?.getStatements?.() ?? []).filter((quad) => quad.object.termType !== "Literal");
  }
  canHandleResults() {
    return globalThis.cytoscape !== undefined && this.statements().length > 0;
  }
  draw() {
    const all = this.statements();
    const shown = all.slice(0, STATEMENTS);
    const local = (term) => term.value.replace(/^.*[/#](?=.)/, "");
    const nodes = new Map(shown.flatMap((quad) => [quad.subject, quad.object]).map((term) => [term.value, term]));
    const probe = document.createElement("span");
    const ink = (name) => {
      probe.style.color = `var(${name})`;
      return getComputedStyle(probe).color;
    };
    const target = document.createElement("div");
    target.className = "drawn";
    target.append(probe);
    this.yasr.resultsEl.replaceChildren(target, note(shown.length, all.length));
    const [dark, line, accent] = ["--ink", "--edge", "--accent"].map(ink);
    probe.remove();
    this.drawn = globalThis.cytoscape({
      container: target,
      elements: [
        ...[...nodes.values()].map((term) => ({ data: { id: term.value, label: local(term) } })),
        ...shown.map((quad, place) => ({
          data: { id: `e${place}`, source: quad.subject.value, target: quad.object.value, label: local(quad.predicate) },
        })),
      ],
      layout: {
        name: nodes.size > 120 ? "concentric" : "cose",
        animate: false,
        randomize: false,
        idealEdgeLength: () => 140,
        nodeRepulsion: () => 4e5,
        nodeOverlap: 40,
      },
      style: [
        {
          selector: "node",
          style: { label: "data(label)", "background-color": accent, color: dark, "font-size": 12, width: 14, height: 14 },
        },
        {
          selector: "edge",
          style: {
            ...{ label: "data(label)", color: dark, "font-size": 9, "min-zoomed-font-size": 7, width: 1.5 },
            ...{ "line-color": line, "target-arrow-color": line, "target-arrow-shape": "triangle" },
            "curve-style": "bezier",
          },
        },
      ],
    });
  }
  destroy() {
    this.drawn?.destroy();
  }
  getIcon() {
    const icon = svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": true });
    icon.append(svg("path", { d: "M4 1a3 3 0 1 0 1.7 5.5l3.6 3A3 3 0 1 0 10.6 8L6.7 4.9A3 3 0 0 0 4 1z" }));
    return icon;
  }
}

function proposeTerms(Yasqe) {
  const proposed = [
    ["prefixes", (known) => Object.entries(known.prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`)],
    ["property", (known) => known.properties],
    ["class", (known) => known.classes],
  ];
  for (const [name, get] of proposed) {
    Yasqe.forkAutocompleter(
      name,
      {
        name: `comparanda-${name}`,
        bulk: true,
        persistenceId: null,
        get: () => terms.then(get),
        postprocessHints: (_, hints) => {
          terms.then((known) => {
            for (const hint of hints) {
              const label = known.labels[hint.text] ?? known.labels[expanded(hint.text, known.prefixes)];
              if (label) hint.displayText = `${hint.text} · ${label}`;
            }
          });
          return hints;
        },
      },
      true,
    );
  }
  Yasqe.defaults.autocompleters = ["variables", ...proposed.map(([name]) => `comparanda-${name}`)];
  Yasqe.defaults.prefixCcApi = null;
}

function expanded(name, prefixes) {
  const colon = name.indexOf(":");
  return (prefixes[name.slice(0, colon)] ?? "") + name.slice(colon + 1);
}

// Tab leads on, as everywhere on the page, and does not hold who has no pointer in the editor.
function freeTabKey(yasqe) {
  yasqe.setOption("extraKeys", { ...yasqe.getOption("extraKeys"), Tab: false, "Shift-Tab": false });
}

function nameButtons() {
  for (const [selector, name] of [
    [".yasqe_queryButton", said.run],
    [".yasqe_share", said.share],
    [".tab .closeTab", said.close],
  ]) {
    for (const button of place.querySelectorAll(selector)) button.setAttribute("aria-label", name);
  }
}

function start() {
  const { Yasqe, Yasr } = Yasgui;
  proposeTerms(Yasqe);
  Yasr.registerPlugin("chart", Chart, true);
  Yasr.registerPlugin("graph", Graph, true);
  Yasr.defaults.pluginOrder = ["table", "response", "chart", "graph"];
  const shared = new URLSearchParams(location.search);
  const yasgui = new Yasgui(place, {
    requestConfig: { endpoint: address, method: "POST" },
    endpointCatalogueOptions: { getData: () => [{ endpoint: address }] },
    copyEndpointOnNewTab: true,
    populateFromUrl: false,
    persistenceId: "comparanda",
    yasqe: {
      value: plain.querySelector("textarea").value,
      createShareableLink: (yasqe) => `${address}?query=${encodeURIComponent(yasqe.getValue())}`,
    },
  });
  plain.hidden = true;
  place.hidden = false;
  if (shared.has("query") || shared.has("name")) {
    yasgui.addTab(true, { yasqe: { value: plain.querySelector("textarea").value } }, { avoidDuplicateTabs: true });
  }
  yasgui.getTab().getYasqe().refresh();
  const adapt = () => {
    nameButtons();
    freeTabKey(yasgui.getTab().getYasqe());
  };
  adapt();
  yasgui.on("tabSelect", () => setTimeout(adapt));
  return yasgui;
}

function offerSaved(yasgui) {
  for (const button of document.querySelectorAll("button.load")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const question = button.closest("details");
      const tab = yasgui.addTab(true, { name: question.querySelector("summary").textContent });
      tab.getYasqe().setValue(question.querySelector("pre").textContent);
      place.scrollIntoView();
      tab.getYasqe().focus();
    });
  }
  const filter = document.getElementById("filter");
  filter.hidden = false;
  filter.querySelector("input").addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase().split(/\s+/u);
    for (const group of document.querySelectorAll("#saved .group")) {
      for (const question of group.querySelectorAll(".question")) {
        question.hidden = !words.every((word) => `${question.id} ${question.textContent}`.toLowerCase().includes(word));
      }
      group.hidden = !group.querySelector(".question:not([hidden])");
    }
  });
}

offerSaved(start());
