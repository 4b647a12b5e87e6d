"use strict";

const filters = document.querySelector(".filters");
const dialog = document.querySelector("dialog");

/** Show the rules of the chosen group that have one of the chosen outcomes. */
function filter() {
  const outcomes = [...filters.elements.outcome.length ? filters.elements.outcome : [filters.elements.outcome]]
    .filter((box) => box.checked)
    .map((box) => box.value);
  const group = filters.elements.group.value;
  let shown = 0;
  for (const body of document.querySelectorAll("tbody")) {
    let any = false;
    for (const row of body.querySelectorAll(".rule")) {
      const fits = row.dataset.outcomes.split(" ").some((outcome) => outcomes.includes(outcome));
      row.hidden = !fits || (group !== "" && group !== body.dataset.group);
      any ||= !row.hidden;
      shown += row.hidden ? 0 : 1;
    }
    body.hidden = !any;
  }
  document.querySelector(".shown").textContent = `${shown} ${shown === 1 ? "rule" : "rules"}`;
  document.querySelector(".nothing").hidden = shown > 0;
}

/** Show what came of one rule, over the page, which stays where it is. */
function open(key) {
  const detail = dialog.querySelector(".detail");
  detail.replaceChildren(document.getElementById(`detail-${key}`).content.cloneNode(true));
  dialog.showModal();
  dialog.querySelector(".panel").scrollTop = 0;
}

filters.addEventListener("input", filter);
filters.addEventListener("submit", (event) => event.preventDefault());
document.querySelector("main").addEventListener("click", (event) => {
  const cell = event.target.closest("button.cell");
  if (cell) open(cell.dataset.detail);
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
filter();
