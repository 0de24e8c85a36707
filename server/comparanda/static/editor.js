// The SPARQL editor (YASGUI) in place of the plain form, the link to a query, and the saved queries below it.
// Without it the form and the links of the saved queries do.
import { Chart, Graph } from "./editor_pictures.js";
import { explained, Table } from "./editor_table.js";
import { proposeTerms } from "./editor_terms.js";

const LONGEST_ADDRESS = 8_000; // what servers and those between take; a longer query is in the fragment, sent to nobody
const place = document.getElementById("yasgui");
const plain = document.getElementById("plain-editor");
const said = place.dataset;
const address = new URL(said.endpoint, document.baseURI).href;

/** The query that the address asks for, if it does. */
function asked() {
  const parameters = new URLSearchParams(location.search);
  const whole = new URLSearchParams(location.hash.slice(1)).get("query");
  return whole ?? (parameters.has("query") || parameters.has("name") ? plain.querySelector("textarea").value : null);
}

function start(known) {
  const { Yasqe, Yasr } = Yasgui;
  proposeTerms(Yasqe, known);
  const Response = class extends Yasr.plugins.response {
    label = said.response;
  };
  for (const [name, plugin] of Object.entries({ table: Table, response: Response, chart: Chart, graph: Graph })) {
    Yasr.registerPlugin(name, plugin, true);
  }
  Yasr.defaults.pluginOrder = ["table", "chart", "graph", "response"];
  Yasr.defaults.errorRenderers = [explained];
  plain.hidden = true;
  place.hidden = false;
  return new Yasgui(place, {
    autoAddOnInit: asked() === null,
    autofocus: false,
    copyEndpointOnNewTab: true,
    endpointCatalogueOptions: { getData: () => [{ endpoint: address }] },
    persistenceId: "comparanda",
    populateFromUrl: false,
    requestConfig: { endpoint: address, method: "POST" },
    tabName: said.query,
    yasqe: {
      extraKeys: { Tab: false, "Shift-Tab": false }, // lead on, as everywhere on the page
      screenReaderLabel: said.query,
      value: plain.querySelector("textarea").value,
    },
    // Answers are not kept in the browser: they would be shown again when the catalogue says something else.
    yasr: { maxPersistentResponseSize: 0, prefixes: known.prefixes },
  });
}

/** Show a query in the tab that has it, or in a new one. */
function open(yasgui, name, query) {
  const same = Object.values(yasgui._tabs).find((tab) => tab.getPersistedJson().yasqe.value === query);
  if (same) yasgui.selectTabId(same.getId());
  else yasgui.addTab(true, { name: yasgui.createTabName(name), yasqe: { value: query } });
  yasgui.getTab().getYasqe().refresh();
}

/** Say in the language of the page what YASGUI says in English, whenever it says it again. */
function nameButtons() {
  const names = {
    ".yasqe_queryButton": said.run,
    ".yasqe_share": said.share,
    ".addTab": said.add,
    ".closeTab": said.close,
    ".yasr_downloadIcon": said.download,
    ".yasr_results textarea": said.response,
  };
  const set = (button, attribute, value) => {
    if (button.getAttribute(attribute) !== value) button.setAttribute(attribute, value);
  };
  for (const [selector, name] of Object.entries(names)) {
    for (const button of place.querySelectorAll(selector)) {
      set(button, "aria-label", name);
      set(button, "title", name);
    }
  }
  for (const button of place.querySelectorAll(".yasr_btnGroup button")) {
    set(button, "aria-label", button.title);
    set(button, "aria-pressed", String(button.classList.contains("selected")));
    set(button, "aria-disabled", String(button.classList.contains("disabled")));
  }
}

function offerLink(yasgui) {
  const dialog = document.getElementById("share");
  const input = dialog.querySelector("input");
  const done = dialog.querySelector("[role=status]");
  const show = (event) => {
    if (!event.target.closest(".yasqe_share")) return;
    event.stopPropagation(); // YASGUI's own link leads to another endpoint if its text says so
    if (event.type !== "click") return;
    const query = encodeURIComponent(yasgui.getTab().getYasqe().getValue());
    input.value = `${address}${address.length + query.length < LONGEST_ADDRESS ? "?" : "#"}query=${query}`;
    done.textContent = "";
    dialog.showModal();
    input.select();
  };
  place.addEventListener("click", show, true);
  place.addEventListener("keydown", show, true);
  dialog.querySelector("button[type=button]").addEventListener("click", async () => {
    input.select();
    try {
      await navigator.clipboard.writeText(input.value);
      done.textContent = done.dataset.done;
    } catch {
      input.focus(); // no clipboard without https: the reader's own keys copy what is selected
    }
  });
}

function offerSaved(yasgui) {
  for (const link of document.querySelectorAll("a.load")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const question = link.closest("details");
      open(yasgui, question.querySelector("summary").textContent, question.querySelector("pre").textContent);
      place.scrollIntoView();
      yasgui.getTab().getYasqe().focus();
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

const yasgui = start(await fetch(said.terms).then((response) => response.json()));
const openAsked = () => asked() !== null && open(yasgui, said.name, asked());
openAsked();
addEventListener("hashchange", openAsked);
document.getElementById("keys").hidden = false;
nameButtons();
new MutationObserver(nameButtons).observe(place, {
  subtree: true,
  childList: true,
  attributeFilter: ["aria-label", "class", "title"],
});
// The menu of a tab is in English alone, and for the pointer alone.
place.addEventListener("contextmenu", (event) => event.stopPropagation(), true);
yasgui.on("query", () => document.getElementById("answer")?.remove());
offerLink(yasgui);
offerSaved(yasgui);
