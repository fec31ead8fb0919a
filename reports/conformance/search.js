"use strict";
const search = document.getElementById("search");
const all = document.getElementById("all");
search.parentElement.hidden = false;
search.addEventListener("input", () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const one of all.querySelectorAll("details.req")) {
    const text = one.textContent.toLowerCase();
    one.classList.toggle("missed", !words.every((word) => text.includes(word)));
  }
});
