/* Maps: the planned way, the way as sailed, its silences, and where a container changes ships. Nothing is loaded from outside. */
(function () {
  "use strict";

  var LINES = {
    plan: { color: "#55606e", weight: 2, dash: "5 5" },
    track: { color: "#1f3a5f", weight: 3, dash: null },
    gap: { color: "#8c1d18", weight: 4, dash: "2 8" }
  };
  var MARKS = {
    call: { radius: 5, color: "#1f3a5f", fill: "#ffffff" },
    loading: { radius: 6, color: "#1f3a5f", fill: "#ffffff", named: "auto" },
    transhipment: { radius: 8, color: "#1f3a5f", fill: "#ffb84d", named: "top" },
    destination: { radius: 7, color: "#1f3a5f", fill: "#8c1d18", named: "auto" },
    slow: { radius: 6, color: "#8c1d18", fill: "#ffffff" },
    draught: { radius: 6, color: "#8c1d18", fill: "#ffffff" },
    vessel: { radius: 6, color: "#ffffff", fill: "#1f3a5f" }
  };

  function words(thing) {
    var text = document.createElement("span");
    text.textContent = thing.label;
    return text;
  }

  function beside(style) {
    return style.named === "auto" ? [style.radius + 1, 0] : [0, -style.radius - 1];
  }

  /* Put the buttons where they hide no name of a port; a long way has names in one corner at most. */
  function clear(buttons, place) {
    var names = [].slice.call(place.querySelectorAll(".leaflet-tooltip"));
    ["topleft", "topright", "bottomleft"].some(function (corner) {
      buttons.setPosition(corner);
      var mine = buttons.getContainer().getBoundingClientRect();
      return !names.some(function (name) {
        var other = name.getBoundingClientRect();
        return other.left < mine.right && mine.left < other.right && other.top < mine.bottom && mine.top < other.bottom;
      });
    });
  }

  function draw(place, land, shown) {
    var map = L.map(place, { zoomControl: true, minZoom: 1, maxZoom: 9, zoomSnap: 0.25, worldCopyJump: true, keyboard: true });
    var corners = shown.marks.map(function (mark) { return [mark.lat, mark.lon]; });
    shown.lines.forEach(function (line) { corners = corners.concat(line.points); });
    if (corners.length) { map.fitBounds(L.latLngBounds(corners).pad(0.15), { maxZoom: 6 }); } else { map.setView([20, 0], 1); }
    map.attributionControl.setPrefix(false).addAttribution("Natural Earth");
    L.geoJSON(land, { interactive: false, style: { color: "#9aa790", weight: 0.7, fillColor: "#f3f1e7", fillOpacity: 1 } }).addTo(map);
    shown.lines.forEach(function (line) {
      var style = LINES[line.kind];
      L.polyline(line.points, { color: style.color, weight: style.weight, dashArray: style.dash }).bindTooltip(words(line), { sticky: true }).addTo(map);
    });
    shown.marks.forEach(function (mark) {
      var style = MARKS[mark.kind] || MARKS.call;
      L.circleMarker([mark.lat, mark.lon], { radius: style.radius, color: style.color, weight: 2, fillOpacity: 1, fillColor: style.fill })
        .bindTooltip(words(mark), { permanent: !!style.named, direction: style.named || "top", offset: beside(style) }).addTo(map);
    });
    clear(map.zoomControl, place);
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
