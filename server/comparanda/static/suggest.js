// Suggestions while a reader types the name of a method: a combobox with a list (ARIA 1.2), and without the address of
// suggestions, or without this script, a field like any other.
//
//   <input data-suggest="/api/suggest?lang=en">                            a choice is sent with the form, as its slug
//   <input data-suggest="/api/suggest?lang=en" data-suggest-choice="open"> a choice opens the page of the method
//
// Methods that the form already holds in its field `slugs` are not suggested.
const LIMIT = 10;
const PAUSE_MS = 120;
const MARGIN = 8; // pixels between a list and the window
const WIDTH = 300;
const status = document.createElement("p");
const texts = JSON.parse(document.querySelector(".basket")?.dataset.texts ?? "[]");

function isolated(text, language) {
  const element = document.createElement("bdi");
  element.textContent = text;
  element.lang = language ?? "";
  return element;
}

function option(item, id) {
  const element = document.createElement("li");
  element.id = id;
  element.setAttribute("role", "option");
  element.append(isolated(item.name, item.language));
  if (item.found) {
    const found = document.createElement("small");
    found.append(isolated(item.found, item.found_language));
    element.append(found);
  }
  return element;
}

class Suggestions {
  constructor(input, number) {
    this.input = input;
    this.items = [];
    this.active = -1;
    this.known = new Map();
    this.chosen = null;
    this.list = document.createElement("ul");
    this.list.id = `suggestions-${number}`;
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    document.body.append(this.list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-controls", this.list.id);
    input.ariaAutoComplete = "list";
    input.ariaExpanded = "false";
    input.autocomplete = "off";
    this.listen();
  }

  listen() {
    this.input.addEventListener("input", () => {
      clearTimeout(this.pause);
      this.pause = setTimeout(() => this.ask(), PAUSE_MS);
    });
    this.input.addEventListener("keydown", (event) => event.isComposing || this.pressed(event));
    this.input.addEventListener("blur", () => this.close());
    this.input.form?.addEventListener("formdata", (event) => {
      if (this.chosen?.name === this.input.value) {
        event.formData.set(this.input.name, this.chosen.slug);
      }
    });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the keyboard
    this.list.addEventListener("click", (event) => {
      const place = [...this.list.children].indexOf(event.target.closest("li"));
      if (place >= 0) {
        this.choose(this.items[place]);
      }
    });
    for (const kind of ["scroll", "resize"]) {
      addEventListener(kind, (event) => event.target === this.list || this.place(), { capture: true, passive: true });
    }
  }

  async ask() {
    this.asked?.abort();
    const { signal } = (this.asked = new AbortController());
    const letters = this.input.value.trim();
    const items = letters ? await this.found(letters, signal) : [];
    if (!signal.aborted && document.activeElement === this.input) {
      this.show(items);
    }
  }

  async found(letters, signal) {
    if (!this.known.has(letters) && !this.gone) {
      const address = new URL(this.input.dataset.suggest, document.baseURI);
      address.searchParams.set("q", letters);
      address.searchParams.set("limit", LIMIT);
      try {
        const response = await fetch(address, { signal });
        this.gone = response.status === 404;
        if (response.ok) {
          this.known.set(letters, (await response.json()).items);
        }
      } catch {
        return []; // no connection, or the reader typed on: the form works as it is
      }
    }
    return this.known.get(letters) ?? [];
  }

  show(items) {
    const held = new Set(this.input.form?.elements.slugs?.value.split(","));
    this.items = items.filter((item) => !held.has(item.slug));
    this.list.replaceChildren(...this.items.map((item, place) => option(item, `${this.list.id}-${place}`)));
    this.list.hidden = this.items.length === 0;
    this.input.ariaExpanded = String(!this.list.hidden);
    status.textContent = texts[this.items.length] ?? "";
    this.list.ariaLabel = texts[this.items.length] ?? this.input.placeholder;
    this.activate(-1);
    this.place();
  }

  close() {
    clearTimeout(this.pause);
    this.asked?.abort();
    this.list.hidden = true;
    this.input.ariaExpanded = "false";
    this.activate(-1);
  }

  activate(place) {
    this.active = place;
    [...this.list.children].forEach((element, number) => {
      element.ariaSelected = String(number === place);
    });
    const element = this.list.children[place];
    element?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", element?.id ?? "");
  }

  pressed(event) {
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (open && event.altKey) {
        this.close();
      } else if (open) {
        this.step(event.key === "ArrowDown" ? 1 : -1);
      } else {
        this.ask();
      }
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.choose(this.items[this.active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      this.close();
    }
  }

  /** One suggestion on or back; beyond the last one, and before the first, the field itself is active. */
  step(by) {
    const places = this.items.length + 1;
    this.activate(((this.active + 1 + by + places) % places) - 1);
  }

  choose(item) {
    this.chosen = item;
    this.input.value = item.name;
    this.close();
    if (this.input.dataset.suggestChoice === "open") {
      location.assign(item.href);
      return;
    }
    const missing = this.input.form?.querySelector("input:invalid, select:invalid");
    missing ? missing.focus() : this.input.form?.requestSubmit();
  }

  /** The list below its field, or above where there is more room; it begins where the field begins. */
  place() {
    if (this.list.hidden) {
      return;
    }
    const box = this.input.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const width = Math.min(Math.max(box.width, WIDTH), clientWidth - 2 * MARGIN);
    const left = getComputedStyle(this.input).direction === "rtl" ? box.right - width : box.left;
    const below = clientHeight - box.bottom - MARGIN;
    const isBelow = below > 200 || below > box.top;
    Object.assign(this.list.style, {
      width: `${width}px`,
      left: `${Math.max(MARGIN, Math.min(left, clientWidth - width - MARGIN))}px`,
      top: isBelow ? `${box.bottom + 2}px` : "auto",
      bottom: isBelow ? "auto" : `${clientHeight - box.top + 2}px`,
      maxHeight: `${isBelow ? below : box.top - MARGIN}px`,
    });
  }
}

status.className = "visually-hidden";
status.ariaLive = "polite";
document.body.append(status);
document.querySelectorAll("input[data-suggest]").forEach((input, number) => new Suggestions(input, number));
