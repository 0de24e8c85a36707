// How the SPARQL editor shows answers as rows, and what it says where a query is refused.
import { element, icon } from "./editor_elements.js";

const ROWS = 100;
const NUMBERS = /#(integer|decimal|double|float|int|long|short|byte|nonNegativeInteger|positiveInteger)$/;
const said = document.getElementById("yasgui").dataset;
const order = new Intl.Collator(document.documentElement.lang);
const written = new Intl.NumberFormat(document.documentElement.lang);
const seconds = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "second" });

function prefixed(iri, prefixes) {
  const known = Object.entries(prefixes).find(([, start]) => start && iri.startsWith(start));
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
  if (!type || type === "xsd:string") return value;
  return element("span", {}, value, " ", element("small", { className: "tongue" }, type));
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
    const head = element("thead", {}, element("tr", {}, ...this.heads));
    const table = element("table", { className: "table" }, head, this.body);
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
    const [page, all] = [this.page + 1, pages].map(written.format);
    this.place.textContent = said.page.replace("{page}", page).replace("{pages}", all);
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

/** What the server says against a query, in place of its JSON. */
export async function explained(error) {
  const refused = error.text?.startsWith("{");
  const text = refused ? JSON.parse(error.text).detail : `${said.wrong}: ${error.text ?? ""}`;
  const language = refused ? { lang: "en", dir: "ltr" } : { dir: "auto" };
  return element("p", { className: "notice", role: "alert", ...language }, text);
}
