/* Maps: planned calls, the track, its gaps, and where a container changes ships. Nothing is loaded from outside. */
(function () {
  "use strict";

  function popup(mark) {
    var text = document.createElement("span");
    text.textContent = mark.label;
    return text;
  }

  function draw(place, land, shown) {
    var map = L.map(place, { zoomControl: true, minZoom: 1, maxZoom: 9, worldCopyJump: true, keyboard: true });
    var corners = shown.marks.map(function (mark) { return [mark.lat, mark.lon]; });
    shown.lines.forEach(function (line) { corners = corners.concat(line.points); });
    if (corners.length) { map.fitBounds(L.latLngBounds(corners).pad(0.15), { maxZoom: 6 }); } else { map.setView([20, 0], 1); }
    map.attributionControl.setPrefix(false).addAttribution("Natural Earth");
    L.geoJSON(land, { interactive: false, style: { color: "#9aa790", weight: 0.7, fillColor: "#f3f1e7", fillOpacity: 1 } }).addTo(map);
    shown.lines.forEach(function (line) {
      L.polyline(line.points, {
        color: line.kind === "gap" ? "#8c1d18" : "#1f3a5f",
        weight: line.kind === "plan" ? 2 : 3,
        dashArray: line.kind === "plan" ? "6 6" : line.kind === "gap" ? "2 8" : null
      }).bindTooltip(popup(line)).addTo(map);
    });
    shown.marks.forEach(function (mark) {
      L.circleMarker([mark.lat, mark.lon], {
        radius: mark.kind === "transhipment" ? 8 : 6,
        color: "#1f3a5f", weight: 2, fillOpacity: 1,
        fillColor: mark.kind === "transhipment" ? "#ffb84d" : mark.kind === "destination" ? "#8c1d18" : "#ffffff"
      }).bindTooltip(popup(mark), { permanent: mark.kind !== "call", direction: "top" }).addTo(map);
    });
  }

  function load(address, then) {
    var request = new XMLHttpRequest();
    request.open("GET", address);
    request.onload = function () { if (request.status === 200) { then(JSON.parse(request.responseText)); } };
    request.send();
  }

  [].forEach.call(document.querySelectorAll("[data-map]"), function (place) {
    load(place.getAttribute("data-land"), function (land) {
      draw(place, land, JSON.parse(place.getAttribute("data-map")));
    });
  });
}());
