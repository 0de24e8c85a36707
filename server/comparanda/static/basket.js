// The basket: methods collected on any page for a comparison. It lives in this browser, for all its tabs.
//
// An element with data-basket-slug puts a method in and out: a button by aria-pressed, a checkbox by its tick. The name
// is in data-basket-name or the aria-label, its language in data-basket-language or nowhere.
// Elements that are added to the page later work too.
const KEY = "comparanda.basket";
const MOST = 20;
const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const bar = document.querySelector(".basket");
const status = document.getElementById("basket-status");
const texts = JSON.parse(bar.dataset.texts);
let unsaved = "[]";

function isMethod(value) {
  return SLUG.test(value?.slug) && typeof value.name === "string" && typeof value.language === "string";
}

function read() {
  let text = unsaved;
  try {
    text = localStorage.getItem(KEY);
  } catch {
    // the browser keeps nothing for us: the basket lasts as long as the page
  }
  try {
    const found = JSON.parse(text);
    return Array.isArray(found) ? found.filter(isMethod).slice(0, MOST) : [];
  } catch {
    return []; // another program wrote there
  }
}

function write(methods) {
  unsaved = JSON.stringify(methods);
  try {
    localStorage.setItem(KEY, unsaved);
  } catch {
    // as above
  }
  paint();
}

function say(text, method) {
  status.textContent = text.replace("{method}", method);
}

function add(method) {
  const methods = read();
  if (methods.length >= MOST) {
    say(bar.dataset.full);
  } else {
    write([...methods, method]);
    say(bar.dataset.added, method.name);
  }
}

function remove(slug) {
  const methods = read();
  write(methods.filter((method) => method.slug !== slug));
  say(bar.dataset.removed, methods.find((method) => method.slug === slug)?.name ?? slug);
}

function toggle(element) {
  const { basketSlug: slug, basketName: name = element.ariaLabel, basketLanguage: language = "" } = element.dataset;
  if (read().some((method) => method.slug === slug)) {
    remove(slug);
  } else {
    add({ slug, name, language });
  }
  paint();
}

function address(methods) {
  const target = new URL(bar.dataset.compare, document.baseURI);
  target.searchParams.set("slugs", methods.map((method) => method.slug).join(","));
  return target.href.replaceAll("%2C", ",");
}

function line(method) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  name.textContent = method.name;
  name.lang = method.language;
  name.dir = "auto";
  const cross = document.createElement("button");
  cross.type = "button";
  cross.className = "remove";
  cross.textContent = "×";
  cross.ariaLabel = bar.dataset.remove.replace("{method}", method.name);
  cross.dataset.remove = method.slug;
  item.append(name, cross);
  return item;
}

function paintElements(methods) {
  const chosen = new Set(methods.map((method) => method.slug));
  for (const element of document.querySelectorAll("[data-basket-slug]")) {
    element.hidden = false;
    if (element.type === "checkbox") {
      element.checked = chosen.has(element.dataset.basketSlug);
    } else {
      element.ariaPressed = chosen.has(element.dataset.basketSlug);
    }
  }
}

function isShown(methods) {
  const columns = new URLSearchParams(location.search).get("slugs")?.split(",") ?? [];
  return location.pathname.endsWith("/compare") && methods.every((method) => columns.includes(method.slug));
}

function paint() {
  const methods = read();
  paintElements(methods);
  bar.hidden = methods.length === 0 || isShown(methods);
  document.documentElement.classList.toggle("collecting", !bar.hidden);
  bar.querySelector("summary").textContent = texts[methods.length];
  bar.querySelector("ul").replaceChildren(...methods.map(line));
  bar.querySelector("a").href = address(methods);
  const link = document.querySelector(".collected");
  link.href = address(methods);
  link.querySelector(".count").textContent = methods.length;
  link.querySelector(".count").hidden = methods.length === 0;
}

document.addEventListener("click", (event) => {
  const element = event.target.closest("[data-basket-slug]");
  if (element && element.type !== "checkbox") {
    toggle(element);
  }
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-basket-slug]")) {
    toggle(event.target);
  }
});
bar.addEventListener("click", (event) => {
  if (event.target.matches("[data-remove]")) {
    remove(event.target.dataset.remove);
    bar.querySelector("summary").focus();
  } else if (event.target.matches(".empty")) {
    write([]);
    document.querySelector(".collected").focus();
  }
});
addEventListener("storage", (event) => {
  if (event.key === KEY || event.key === null) {
    paint();
  }
});
new MutationObserver(() => paintElements(read())).observe(document.getElementById("content"), {
  childList: true,
  subtree: true,
});
paint();
