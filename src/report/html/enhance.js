// Sorting and filtering. Everything that the page says is there without it.
(function () {
  "use strict";
  var table = document.getElementById("targets");
  var shown = document.getElementById("shown");
  var all = function (selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  };

  // Paper cannot be opened.
  var closed = [];
  window.addEventListener("beforeprint", function () {
    closed = all("main details:not([open])");
    closed.forEach(function (details) { details.open = true; });
  });
  window.addEventListener("afterprint", function () {
    closed.forEach(function (details) { details.open = false; });
    closed = [];
  });

  // A link into something closed opens it.
  function reveal() {
    var target = document.getElementById(location.hash.slice(1));
    if (!target) { return; }
    var around = target.closest("details");
    for (var at = around; at; at = at.parentElement && at.parentElement.closest("details")) { at.open = true; }
    var first = target.classList.contains("card") && target.querySelector(":scope > details");
    if (first) { first.open = true; }
    if (around || first) { target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", reveal);
  reveal();

  if (!table) { return; }
  var body = table.tBodies[0];
  var rows = all("tr", body).map(function (row) {
    var link = row.querySelector("a[href^='#']");
    return {
      row: row,
      card: document.getElementById(link.getAttribute("href").slice(1)),
      words: row.textContent.toLowerCase(),
      verdict: row.querySelector(".badge").lastChild.textContent.trim()
    };
  });
  var filter = document.getElementById("filter");
  var verdict = document.getElementById("verdict");

  function narrow() {
    var words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    var count = 0;
    rows.forEach(function (item) {
      var fits = (!verdict.value || item.verdict === verdict.value) &&
        words.every(function (word) { return item.words.indexOf(word) >= 0; });
      item.row.hidden = !fits;
      item.card.hidden = !fits;
      count += fits ? 1 : 0;
    });
    shown.textContent = count === rows.length ? "All " + count + " are shown." : count + " of " + rows.length + " are shown.";
  }
  filter.addEventListener("input", narrow);
  verdict.addEventListener("change", narrow);

  function fold(open) {
    all("main details").forEach(function (details) { details.open = open; });
  }
  document.getElementById("unfold").addEventListener("click", function () { fold(true); });
  document.getElementById("fold").addEventListener("click", function () { fold(false); });

  function value(row, column, kind) {
    var cell = row.cells[column];
    return kind === "number" ? Number(cell.dataset.value) : cell.textContent.trim().toLowerCase();
  }
  all("th[data-sort]", table.tHead).forEach(function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.textContent = "";
    head.appendChild(button);
    button.addEventListener("click", function () {
      // The worst first, names from A.
      var usual = head.dataset.sort === "number" ? "descending" : "ascending";
      var other = usual === "ascending" ? "descending" : "ascending";
      var order = head.getAttribute("aria-sort") === usual ? other : usual;
      all("th", table.tHead).forEach(function (each) { each.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", order);
      var sign = order === "ascending" ? 1 : -1;
      var sorted = rows.map(function (item, at) { return { item: item, at: at, value: value(item.row, column, head.dataset.sort) }; });
      sorted.sort(function (a, b) { return a.value < b.value ? -sign : a.value > b.value ? sign : a.at - b.at; });
      sorted.forEach(function (one) { body.appendChild(one.item.row); });
    });
  });
  document.getElementById("tools").hidden = false;
  narrow();
})();
