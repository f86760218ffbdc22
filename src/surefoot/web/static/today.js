"use strict";
// The number beside the slider follows the finger; nothing is noted before the button is pressed.
const slider = document.getElementById("pain-slider");
const told = document.querySelector(".pain output");

function tell() {
  told.textContent = told.dataset.said.replace("#", slider.value);
  slider.setAttribute("aria-valuetext", told.textContent);
}

slider?.addEventListener("input", tell);
