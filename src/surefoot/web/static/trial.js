"use strict";
// The slider of an event moves both its ends together; typing moves the slider.
for (const row of document.querySelectorAll(".event")) {
  const [start, end] = ["start", "end"].map((name) => row.querySelector(`[name="${name}"]`));
  const move = row.querySelector(".move");
  move.addEventListener("input", () => {
    const length = end.value === "" ? 1 : Math.max(0, Number(end.value) - Number(start.value));
    const last = Number(move.max);
    start.value = Math.min(Number(move.value), last).toFixed(2);
    end.value = Math.min(Number(move.value) + length, last).toFixed(2);
  });
  start.addEventListener("input", () => { move.value = start.value; });
}
