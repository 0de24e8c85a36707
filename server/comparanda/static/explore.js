// The neighbourhood as a graph that grows: choosing a method, here or by its + in the list, adds what is linked with
// it. The list beside the graph comes from the server and always says the same; without this it is all there is.
const figure = document.querySelector("figure.graph");
const canvas = figure.querySelector(".canvas");
const status = figure.querySelector("[aria-live]");
const kinds = JSON.parse(figure.querySelector("script.kinds").textContent);
const samples = [...figure.querySelector("template").content.children];
const LEGIBLE = 0.75; // where the whole graph would be smaller, its last method in the middle is shown first
const symbols = new Map();
let shown = JSON.parse(figure.querySelector("script.data").textContent);

function symbolOf(area) {
  if (area && !symbols.has(area)) {
    symbols.set(area, Math.min(symbols.size, samples.length - 1));
  }
  return symbols.get(area) ?? samples.length - 1;
}

function colours() {
  // What the style sheet says, as the canvas needs it.
  const style = getComputedStyle(figure);
  const fills = samples.map((sample) => {
    const probe = figure.querySelector(".legend").appendChild(sample.cloneNode(true));
    const fill = getComputedStyle(probe.querySelector(".symbol")).fill;
    probe.remove();
    return fill;
  });
  const lines = Object.fromEntries(
    [...figure.querySelectorAll(".legend [data-kind]")].map((item) => [
      item.dataset.kind,
      getComputedStyle(item.querySelector(".line")).stroke,
    ]),
  );
  return { ink: style.color, paper: style.backgroundColor, fills, lines, font: style.fontFamily };
}

function edgeStyle(kind, colour) {
  const { dashes, head, hollow } = kinds[kind];
  return {
    selector: `edge[kind = "${kind}"]`,
    style: {
      "line-color": colour,
      "target-arrow-color": colour,
      "target-arrow-shape": head,
      "target-arrow-fill": hollow ? "hollow" : "filled",
      "line-style": dashes ? "dashed" : "solid",
      "line-dash-pattern": dashes ? dashes.split(" ").map(Number) : [6, 3],
    },
  };
}

function look() {
  const { ink, paper, fills, lines, font } = colours();
  const node = {
    label: "data(name)",
    color: ink,
    "font-family": font,
    "font-size": 13,
    "text-wrap": "wrap",
    "text-max-width": 120,
    "text-valign": "bottom",
    "text-margin-y": 3,
    "text-outline-color": paper,
    "text-outline-width": 2,
    width: 20,
    height: 20,
    "border-width": 1,
    "border-color": ink,
  };
  const edge = { width: 1.6, "curve-style": "bezier", "arrow-scale": 1.1, opacity: 0.3 };
  return [
    { selector: "node", style: node },
    ...samples.map((sample, number) => ({
      selector: `node[symbol = ${number}]`,
      style: { shape: sample.dataset.shape, "background-color": fills[number] },
    })),
    { selector: "node.central", style: { width: 34, height: 34, "border-width": 3, "font-weight": "bold", "font-size": 15 } },
    { selector: "edge", style: edge },
    { selector: "edge.own", style: { opacity: 0.9 } },
    ...Object.keys(kinds).map((kind) => edgeStyle(kind, lines[kind] ?? ink)),
    { selector: "node:active", style: { "overlay-color": ink, "overlay-opacity": 0.15 } },
  ];
}

function elements(graph, places) {
  const nodes = graph.methods.map((method, number) => ({
    data: { id: method.slug, name: method.name, symbol: symbolOf(method.area), area: method.area_name },
    position: places(number, graph.methods.length),
  }));
  const edges = graph.links.map((link) => ({
    data: { id: `${link.source} ${link.target}`, source: link.source, target: link.target, kind: link.kinds[0] ?? "" },
  }));
  return [...nodes, ...edges];
}

function circle(centre, radius) {
  return (number, count) => ({
    x: centre.x + radius * Math.cos((2 * Math.PI * number) / count),
    y: centre.y + radius * Math.sin((2 * Math.PI * number) / count),
  });
}

const graph = (() => {
  canvas.hidden = false;
  figure.querySelector(".picture").remove();
  figure.querySelector(".toolbar").hidden = false;
  const touch = matchMedia("(pointer: coarse)").matches;
  return cytoscape({
    container: canvas,
    elements: elements(shown, circle({ x: 0, y: 0 }, 250)),
    style: look(),
    layout: { name: "preset" },
    userZoomingEnabled: touch, // a wheel scrolls the page
    boxSelectionEnabled: false,
    autounselectify: true,
    minZoom: 0.2,
    maxZoom: 3,
  });
})();

function settle() {
  for (const node of graph.nodes()) {
    node.toggleClass("central", shown.centre.includes(node.id()));
  }
  for (const edge of graph.edges()) {
    edge.toggleClass("own", edge.connectedNodes(".central").nonempty());
  }
  const layout = graph.layout({
    name: "cose",
    randomize: false,
    animate: false,
    nodeDimensionsIncludeLabels: true,
    idealEdgeLength: () => 90,
    nodeRepulsion: () => 900_000,
    fit: false,
  });
  layout.run();
  graph.fit(graph.elements(), 12);
  if (graph.zoom() < LEGIBLE) {
    graph.zoom(LEGIBLE);
    graph.center(graph.getElementById(shown.centre.at(-1)));
  }
  figure.dataset.methods = graph.nodes().length;
  figure.dataset.links = graph.edges().length;
  legend();
}

function legend() {
  const names = new Map();
  for (const node of graph.nodes()) {
    const number = node.data("symbol");
    names.set(number, number < samples.length - 1 ? node.data("area") : figure.dataset.other);
  }
  const items = [...names].sort(([one], [other]) => one - other).map(([number, name]) => {
    const item = document.createElement("li");
    item.append(samples[number].firstElementChild.cloneNode(true), ` ${name ?? figure.dataset.other}`);
    return item;
  });
  figure.querySelector(".areas").replaceChildren(...items);
}

async function fetched(address, read) {
  const response = await fetch(address);
  if (!response.ok) {
    throw new Error(`${address} answers ${response.status}`);
  }
  return read(response);
}

async function expand(slug) {
  if (shown.centre.includes(slug)) {
    return;
  }
  if (shown.centre.length >= Number(figure.dataset.most)) {
    status.textContent = figure.dataset.full;
    return;
  }
  const slugs = [...shown.centre, slug].join(",");
  const [page, data] = [figure.dataset.page, figure.dataset.api].map((given) => {
    const address = new URL(given, location.href);
    address.searchParams.set("slugs", slugs);
    return address.href.replaceAll("%2C", ",");
  });
  figure.setAttribute("aria-busy", "true");
  try {
    const [text, found] = await Promise.all([
      fetched(page, (response) => response.text()),
      fetched(data, (response) => response.json()),
    ]);
    const list = new DOMParser().parseFromString(text, "text/html");
    grow(found, slug);
    document.getElementById("links").replaceChildren(...list.getElementById("links").children);
    document.querySelector("h1").replaceChildren(...list.querySelector("h1").childNodes);
    document.title = list.title;
    history.pushState(null, "", page);
  } catch (error) {
    if (error instanceof TypeError || error instanceof Error) {
      location.href = page; // the page itself says best what is wrong
    }
  } finally {
    figure.removeAttribute("aria-busy");
  }
}

function grow(found, slug) {
  const before = graph.nodes().length;
  const around = circle(graph.getElementById(slug).position(), 120);
  graph.add(elements(found, around).filter(({ data }) => graph.getElementById(data.id).empty()));
  const kept = new Set(elements(found, around).map(({ data }) => data.id));
  graph.remove(graph.elements().filter((element) => !kept.has(element.id())));
  shown = found;
  settle();
  status.textContent = figure.dataset.added.replace("{count}", String(graph.nodes().length - before));
}

graph.on("tap", "node", (event) => expand(event.target.id()));
graph.on("mouseover", "node", (event) => {
  canvas.classList.toggle("choosable", !shown.centre.includes(event.target.id()));
});
graph.on("mouseout", "node", () => canvas.classList.remove("choosable"));
document.getElementById("links").addEventListener("click", async (event) => {
  const link = event.target.closest("a.expand");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    const { slug } = link.closest("[data-slug]").dataset;
    await expand(slug);
    document.querySelector(`#of-${CSS.escape(slug)} a`)?.focus();
  }
});
figure.querySelector(".toolbar").addEventListener("click", (event) => {
  const factor = Number(event.target.dataset.zoom ?? NaN);
  if (factor === 0) {
    graph.fit(graph.elements(), 12);
  } else if (factor) {
    graph.zoom({ level: graph.zoom() * factor, renderedPosition: { x: graph.width() / 2, y: graph.height() / 2 } });
  }
});
addEventListener("popstate", () => location.reload());
for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
  matchMedia(query).addEventListener("change", () => graph.style(look()));
}
settle();
