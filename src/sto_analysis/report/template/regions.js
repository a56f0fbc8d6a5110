// One field that finds the reports of a region in all waves; Enter opens the first. Without this script the lists are there.
const plain = text => ` ${text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim()}`;
const field = document.querySelector("#search"), told = document.querySelector("#found"), hits = document.querySelector("#hits");
const most = 8;
const rows = [...document.querySelectorAll(".regions li")].map(row => {
  const name = plain(row.querySelector("[data-name]").textContent);
  return {row, text: `${name} ${name.replace(/(^|\D)0+(?=\d)/g, "$1")}`};  // R7 is R07
});
const shown = ({row}) => {
  const copy = row.cloneNode(true), wave = document.createElement("span");
  wave.className = "of";
  wave.textContent = row.closest(".regions").dataset.wave;
  copy.querySelector("[data-name]").after(" ", wave);
  return copy;
};
const find = () => {
  const words = plain(field.value).split(" ").filter(Boolean);
  const begins = ({text}) => words.every(word => text.includes(` ${word}`));
  const found = words.length ? rows.filter(({text}) => words.every(word => text.includes(word))) : [];
  found.sort((a, b) => begins(b) - begins(a));
  hits.replaceChildren(...found.slice(0, most).map(shown));
  told.value = words.length ? told.dataset[found.length > most ? "more" : found.length ? "found" : "none"].replace("#", found.length) : "";
};
field.closest("[hidden]").hidden = false;
field.addEventListener("input", find);
field.addEventListener("keydown", event => event.key === "Enter" && hits.querySelector("a")?.click());
if (field.value) find();  // the browser kept it
