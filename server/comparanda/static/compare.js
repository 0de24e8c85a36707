// The page of a comparison: columns are dragged to another place, texts are copied, the menu closes.
const table = document.querySelector(".comparison");
const region = table.parentElement;
const heads = [...table.querySelectorAll("th[data-slug]")];
const sign = getComputedStyle(table).direction === "rtl" ? -1 : 1;
const EDGE = 48; // pixels from the side of the region in which dragging scrolls

function others(head) {
  return heads.filter((other) => other !== head);
}

/** The place among the other columns to which a pointer drags a head. */
function placeAt(x, head) {
  return others(head).filter((other) => {
    const box = other.getBoundingClientRect();
    return (x - (box.left + box.right) / 2) * sign > 0;
  }).length;
}

function mark(head, place) {
  const rest = others(head);
  for (const other of heads) {
    other.classList.toggle("before", other === rest[place]);
    other.classList.toggle("after", place === rest.length && other === rest.at(-1));
    other.classList.toggle("dragged", other === head && place !== undefined);
  }
  table.classList.toggle("dragging", place !== undefined);
}

function scrollNear(x) {
  const box = region.getBoundingClientRect();
  region.scrollLeft += x > box.right - EDGE ? EDGE / 4 : x < box.left + EDGE ? -EDGE / 4 : 0;
}

function open(head, place) {
  const slugs = others(head).map((other) => other.dataset.slug);
  slugs.splice(place, 0, head.dataset.slug);
  const address = new URL(location.href);
  address.searchParams.set("slugs", slugs.join(","));
  address.hash = `${place > 0 ? "back" : "on"}-${head.dataset.slug}`;
  location.assign(address.href.replaceAll("%2C", ","));
}

function drag(event, head) {
  const grip = event.currentTarget;
  const stop = new AbortController();
  const options = { signal: stop.signal };
  let place = heads.indexOf(head);
  const end = () => {
    stop.abort();
    mark(head, undefined);
  };
  event.preventDefault();
  grip.setPointerCapture(event.pointerId);
  mark(head, place);
  grip.addEventListener("pointermove", (moved) => {
    scrollNear(moved.clientX);
    place = placeAt(moved.clientX, head);
    mark(head, place);
  }, options);
  grip.addEventListener("pointerup", () => {
    end();
    if (place !== heads.indexOf(head)) {
      open(head, place);
    }
  }, options);
  grip.addEventListener("pointercancel", end, options);
  document.addEventListener("keydown", (pressed) => pressed.key === "Escape" && end(), options);
}

function addGrip(head) {
  const grip = document.createElement("span");
  grip.className = "grip";
  grip.ariaHidden = "true"; // the links beside it do the same by keyboard
  grip.addEventListener("pointerdown", (event) => event.button === 0 && drag(event, head));
  head.querySelector(".moves").prepend(grip);
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent);
    button.nextElementSibling.textContent = button.dataset.done;
  } catch {
    getSelection().selectAllChildren(source); // no clipboard without https: the reader's own keys copy it
  }
}

if (heads.length > 1) {
  heads.forEach(addGrip);
}
for (const button of document.querySelectorAll(".copy")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
for (const menu of document.querySelectorAll(".menu")) {
  document.addEventListener("click", (event) => {
    menu.open &&= menu.contains(event.target);
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}
