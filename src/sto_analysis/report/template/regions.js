// Lists of regions: a field that searches them and headers that sort them. Without this script the list is whole.
const plain = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const order = new Intl.Collator(document.documentElement.lang, {numeric: true});
for (const list of document.querySelectorAll(".regions")) {
  const body = list.querySelector("tbody"), rows = [...body.rows];
  const field = list.querySelector("input"), found = list.querySelector("output");
  field.parentElement.hidden = false;
  field.addEventListener("input", () => {
    const words = plain(field.value).split(/\s+/);
    for (const row of rows) {
      const text = plain([...row.cells].slice(0, 3).map(cell => cell.textContent).join(" "));
      row.hidden = !words.every(word => text.includes(word));
    }
    found.value = found.dataset.text.replace("#", rows.filter(row => !row.hidden).length);
  });
  const heads = [...list.querySelectorAll("th[data-sort]")];
  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const way = head.ariaSort === "ascending" ? "descending" : "ascending";
      heads.forEach(other => other.removeAttribute("aria-sort"));
      head.ariaSort = way;
      const text = row => row.cells[head.cellIndex].textContent;
      rows.sort((a, b) => order.compare(text(a), text(b)) * (way === "ascending" ? 1 : -1));
      body.append(...rows);
    });
  }
}
