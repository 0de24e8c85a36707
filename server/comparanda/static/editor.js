// The SPARQL editor in place of the plain form, with the saved queries below it.
"use strict";
const place = document.getElementById("yasgui");
const plain = document.getElementById("plain-editor");
const address = new URL(place.dataset.endpoint, document.baseURI).href;
const first = plain.querySelector("textarea").value;
const yasgui = new Yasgui(place, {
  requestConfig: { endpoint: address, method: "POST" },
  endpointCatalogueOptions: { getData: () => [{ endpoint: address }] },
  copyEndpointOnNewTab: true,
  persistenceId: "comparanda",
  yasqe: { value: first },
});
plain.hidden = true;
place.hidden = false;
yasgui.getTab().yasqe.refresh();
for (const button of document.querySelectorAll("button.load")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const question = button.closest("details");
    yasgui.addTab(true, { name: question.querySelector("summary").textContent }).yasqe.setValue(
      question.querySelector("pre").textContent,
    );
    place.scrollIntoView();
  });
}
