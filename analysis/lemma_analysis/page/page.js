// The page around the charts: theme, verdicts that can be sorted, filtered and opened.
"use strict";

const DATA = JSON.parse(document.getElementById("data").textContent);

function theme() {
  const button = document.getElementById("theme"), root = document.documentElement;
  const names = ["auto", "light", "dark"];
  let now = "auto";
  const show = () => {
    if (now === "auto") root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", now);
    button.textContent = `theme: ${now}`;
  };
  try { now = names.includes(localStorage.lemmaTheme) ? localStorage.lemmaTheme : now; } catch (e) {
    now = "auto"; // a page from a file may have no storage
  }
  button.addEventListener("click", () => {
    now = names[(names.indexOf(now) + 1) % 3];
    try { localStorage.lemmaTheme = now; } catch (e) { /* not kept */ }
    show();
  });
  show();
}

function figures() {
  for (const home of document.querySelectorAll("[data-chart]")) {
    const chart = DATA.charts[home.dataset.chart];
    drawChart(home, chart);
    const button = document.querySelector(`[data-csv="${home.dataset.chart}"]`);
    button.addEventListener("click", () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([chartCsv(chart)], {type: "text/csv"}));
      link.download = `${chart.name}.csv`;
      link.click();
      URL.revokeObjectURL(link.href);
    });
  }
}

const ORDER = ["violated", "holds", "undecided", "not applicable"];

function verdicts() {
  const table = document.getElementById("verdicts");
  if (!table) return;
  const body = table.tBodies[0];
  const pairs = [...body.querySelectorAll("tr.verdict")].map(row => [row, row.nextElementSibling]);
  const outcome = document.getElementById("outcomes"), words = document.getElementById("words");
  let wanted = "all";

  const filter = () => {
    const asked = words.value.trim().toLowerCase();
    let count = 0;
    for (const [row, detail] of pairs) {
      const is = (wanted === "all" || row.dataset.verdict === wanted) &&
        (!asked || (row.textContent + detail.textContent).toLowerCase().includes(asked));
      row.hidden = !is;
      detail.hidden = !is || row.querySelector("button").getAttribute("aria-expanded") !== "true";
      count += is;
    }
    document.getElementById("count").textContent = `${count} of ${pairs.length} shown`;
  };
  outcome.addEventListener("click", e => {
    const button = e.target.closest("button");
    if (!button) return;
    wanted = button.dataset.outcome;
    for (const b of outcome.querySelectorAll("button"))
      b.setAttribute("aria-pressed", String(b === button));
    filter();
  });
  words.addEventListener("input", filter);

  const value = (row, column) => {
    const cell = row.cells[column], key = cell.dataset.sort;
    if (column === 0) return ORDER.indexOf(row.dataset.verdict);
    return key === undefined ? cell.textContent : key === "" ? -Infinity : Number(key);
  };
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      pairs.sort(([a], [b]) => {
        const x = value(a, column), y = value(b, column);
        return (up ? 1 : -1) * (x < y ? -1 : x > y ? 1 : 0);
      });
      for (const [row, detail] of pairs) body.append(row, detail);
    });
  });
  for (const [row, detail] of pairs) {
    const button = row.querySelector("button");
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") !== "true";
      button.setAttribute("aria-expanded", String(open));
      detail.hidden = !open;
      const home = detail.querySelector("[data-curve]");
      if (home && open && !home.childElementCount) drawChart(home, DATA.curves[home.dataset.curve]);
    });
  }
  filter();
}

theme();
figures();
verdicts();
