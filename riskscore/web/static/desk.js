/* Keys of the desk, and the page's language switch. Everything here is also a link or a button. */
(function () {
  "use strict";

  var list = document.querySelector("table.list");
  var rows = list ? [].slice.call(list.querySelectorAll("tbody tr")).filter(function (row) { return row.querySelector("a"); }) : [];
  var at = -1;

  function linkOf(row) { return row.querySelector("a"); }

  function select(number) {
    if (!rows.length) { return; }
    if (at >= 0) { rows[at].classList.remove("on"); }
    at = Math.max(0, Math.min(rows.length - 1, number));
    rows[at].classList.add("on");
    linkOf(rows[at]).focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: "nearest" });
  }

  function follow(selector) {
    var link = document.querySelector(selector);
    if (link) { link.click(); }
    return Boolean(link);
  }

  function open(part) {
    if (at >= 0) { window.location.href = linkOf(rows[at]).href + (part ? "#" + part : ""); }
  }

  function claimSelected() {
    var form = document.getElementById("claim-selected");
    if (at < 0 || !form) { return; }
    form.action = linkOf(rows[at]).href.split("?")[0] + "/claim";
    form.submit();
  }

  function unfold(part) {
    var work = document.getElementById(part);
    if (!work || work.tagName !== "DETAILS") { return; }
    work.open = true;
    work.scrollIntoView({ block: "nearest" });
    var first = work.querySelector("select, textarea, input:not([type=hidden]), button");
    if (first) { first.focus(); }
  }

  function work(part) {
    if (list) { open(part); } else { unfold(part); }
  }

  function help() {
    var dialog = document.getElementById("keys");
    if (!dialog || !dialog.showModal) { return; }
    if (dialog.open) { dialog.close(); } else { dialog.showModal(); }
  }

  function areKeysOn() {
    try { return window.localStorage.getItem("keys") !== "off"; } catch (refused) { return true; }
  }

  var keysOn = document.getElementById("keys-on");
  if (keysOn) {
    keysOn.checked = areKeysOn();
    keysOn.addEventListener("change", function () {
      try { window.localStorage.setItem("keys", keysOn.checked ? "on" : "off"); } catch (refused) { keysOn.checked = true; }
    });
  }

  var KEYS = {
    j: function () { if (list) { select(at + 1); } else { follow("a[rel=next]"); } },
    k: function () { if (list) { select(at - 1); } else { follow("a[rel=prev]"); } },
    c: function () { if (list) { claimSelected(); } else { follow("#claim button"); } },
    h: function () { work("hold"); },
    r: function () { work("release"); },
    i: function () { work("inspect"); },
    "?": help
  };

  document.addEventListener("keydown", function (event) {
    var tag = event.target.tagName;
    var writes = tag === "INPUT" || tag === "TEXTAREA" || tag === "SELECT";
    if (!areKeysOn() && event.key !== "Enter") { return; }
    if (event.altKey || event.ctrlKey || event.metaKey || writes) { return; }
    if (event.key === "Enter" && tag === "BODY" && at >= 0) { open(""); return; }
    if (Object.prototype.hasOwnProperty.call(KEYS, event.key)) {
      event.preventDefault();
      KEYS[event.key]();
    }
  });

  rows.forEach(function (row, number) {
    linkOf(row).addEventListener("focus", function () { if (at !== number) { select(number); } });
  });

  function reach() {
    [].forEach.call(document.querySelectorAll(".scroll, .card"), function (box) {
      if (box.scrollWidth > box.clientWidth) { box.setAttribute("tabindex", "0"); } else { box.removeAttribute("tabindex"); }
    });
  }
  reach();
  window.addEventListener("resize", reach);

  if (window.location.hash) { unfold(window.location.hash.slice(1)); }
  [].forEach.call(document.querySelectorAll("[data-print]"), function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  [].forEach.call(document.querySelectorAll("[data-keys]"), function (button) {
    button.hidden = false;
    button.addEventListener("click", help);
  });
}());
