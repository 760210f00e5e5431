/* Suggestions under the search box, "/" to reach it, and the passage in sight while its field is set right. Without this
   file everything still works. */
"use strict";

const WAIT = 120; // milliseconds after the last letter

for (const box of document.querySelectorAll("[data-suggest]")) suggest(box, box.querySelector("input"));

if (document.querySelector(".correcting")) {
  const [paper, passage] = [document.querySelector(".paper"), document.getElementById("passage")];
  const top = (one) => one.getBoundingClientRect().top;
  if (paper?.contains(passage)) paper.scrollTop += top(passage) - top(paper) - 48;
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  const input = document.getElementById("q");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey || !input) return;
  event.preventDefault();
  input.focus();
  input.select();
});

function suggest(box, input) {
  const list = document.createElement("ul");
  list.id = `${input.id}-list`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.label);
  list.hidden = true;
  box.append(list);
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);

  let rows = [];
  let active = -1;
  let timer = 0;
  let asked = 0;

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) {
      event.preventDefault();
      choose((active + moves[event.key] + rows.length + 1) % (rows.length + 1));
    } else if (event.key === "Enter" && active >= 0 && active < rows.length) {
      event.preventDefault();
      location.assign(rows[active].address);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener("blur", () => setTimeout(close, 150));

  async function ask() {
    const typed = input.value.trim();
    const number = ++asked;
    if (typed.length < 2) return close();
    try {
      const answer = await fetch(`${box.dataset.suggest}?${new URLSearchParams({ q: typed })}`);
      const found = answer.ok ? await answer.json() : [];
      if (number === asked && document.activeElement === input) show(found);
    } catch {
      close();
    }
  }

  function show(found) {
    rows = found;
    active = -1;
    list.replaceChildren(...rows.map(option));
    list.hidden = rows.length === 0;
    input.setAttribute("aria-expanded", String(rows.length > 0));
    input.removeAttribute("aria-activedescendant");
  }

  function option(row, number) {
    const item = document.createElement("li");
    item.id = `${list.id}-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    for (const [name, text] of [["what", row.kind], ["name", row.name], ["count", row.count]]) {
      const part = document.createElement("span");
      part.className = name;
      part.textContent = text;
      item.append(part, " ");
    }
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      location.assign(row.address);
    });
    return item;
  }

  function choose(number) {
    active = number;
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === active)));
    const item = list.children[active];
    if (item) input.setAttribute("aria-activedescendant", item.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
}
