// The picture as a file, made here: PNG from the canvas, SVG from the same marks and places.

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function savePng() {
  const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("#picture canvas"));
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  const ctx = /** @type {CanvasRenderingContext2D} */ (copy.getContext("2d"));
  ctx.fillStyle = paint("--paper");
  ctx.fillRect(0, 0, copy.width, copy.height);
  ctx.drawImage(canvas, 0, 0);
  copy.toBlob((blob) => { if (blob) save(blob, "graph.png"); });
}

function saveSvg() {
  const text = new XMLSerializer().serializeToString(svgOfPicture());
  save(new Blob([`<?xml version="1.0" encoding="UTF-8"?>\n${text}`], { type: "image/svg+xml" }), "graph.svg");
}

/** @returns {SVGElement} */
function svgOfPicture() {
  const nodes = Object.values(picture.network.body.nodes).filter((/** @type {any} */ node) => entities.has(node.id));
  const scale = picture.network.getScale();
  const xs = [...nodes.map((/** @type {any} */ node) => node.x), ...picture.labels.flatMap((label) => [label.box[0], label.box[2]])];
  const ys = [...nodes.map((/** @type {any} */ node) => node.y), ...picture.labels.flatMap((label) => [label.box[1], label.box[3]])];
  const [left, top] = [Math.min(...xs) - 30, Math.min(...ys) - 30];
  const [wide, high] = [Math.max(...xs) + 30 - left, Math.max(...ys) + 30 - top];
  return s("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: [left, top, wide, high].map(Math.round).join(" "), width: Math.round(wide), height: Math.round(high) },
    s("rect", { x: left, y: top, width: wide, height: high, fill: paint("--paper") }),
    s("g", { fill: "none" }, ...[...picture.looks.keys()].flatMap(svgLine)), s("g", {}, ...nodes.map(svgNode)),
    s("g", { "font-family": FONTS, "text-anchor": "middle", "font-size": LABEL_PX / scale, "paint-order": "stroke", "stroke-linejoin": "round",
      stroke: paint("--paper"), "stroke-width": 3.5 / scale, fill: paint("--ink") }, ...picture.labels.map((label) => svgLabel(label, scale))));
}

/** @param {string} id @returns {SVGElement[]} */
function svgLine(id) {
  const kept = shown.links.get(id);
  const edge = picture.network.body.edges[id];
  if (!kept || !edge || !edge.edgeType.fromPoint) return [];
  const mark = lineMark(kept.standing);
  const points = Array.from({ length: kept.link.bend ? 13 : 2 }, (_, at, all = kept.link.bend ? 12 : 1) => edge.edgeType.getPoint(at / all));
  const d = points.map((point, at) => `${at ? "L" : "M"}${point.x.toFixed(1)} ${point.y.toFixed(1)}`).join("");
  const faint = picture.litLinks !== null && !picture.litLinks.has(id);
  const parts = [s("path", { d, stroke: faint ? paint("--faint") : paint(mark.colour), "stroke-width": mark.width, "stroke-dasharray": mark.dashes.join(" ") || "none" })];
  if (mark.hollow) parts.push(s("path", { d, stroke: paint("--paper"), "stroke-width": mark.width - 2.5 }));
  const middle = middleOf(id);
  const head = isOneWay(kept.link) ? middleOf(id, mark.hollow ? 0.68 : 0.8) : null;
  if (head) parts.push(s("polygon", { points: ARROW.map((point) => point.map((at) => at * (mark.hollow ? 1 : 0.75)).join(",")).join(" "), fill: faint ? paint("--faint") : paint(mark.colour), transform: `translate(${head.x.toFixed(1)} ${head.y.toFixed(1)}) rotate(${((head.angle * 180) / Math.PI).toFixed(1)})` }));
  if (middle) for (const [along, half, lean] of strikes(mark.strike)) {
    parts.push(s("line", { x1: along + 2.5 * lean, y1: -half, x2: along - 2.5 * lean, y2: half, stroke: paint(faint ? "--faint" : "--l-denied"), "stroke-width": 2,
      transform: `translate(${middle.x.toFixed(1)} ${middle.y.toFixed(1)}) rotate(${((middle.angle * 180) / Math.PI).toFixed(1)})` }));
  }
  return parts;
}

/** @param {any} node @returns {SVGElement} */
function svgNode(node) {
  const entity = /** @type {Entity} */ (entities.get(node.id));
  const mark = groupMark(entity.legend);
  const faint = picture.lit !== null && !picture.lit.has(entity.id);
  const colour = faint ? paint("--faint") : paint(mark.colour);
  const points = corners(mark.shape, entity.size);
  const drawn = points.length ? s("polygon", { points: points.map(([x, y]) => `${(node.x + x).toFixed(1)},${(node.y + y).toFixed(1)}`).join(" ") })
    : s("circle", { cx: node.x, cy: node.y, r: entity.size });
  drawn.setAttribute("fill", mark.hollow ? paint("--paper") : colour);
  drawn.setAttribute("stroke", mark.hollow ? colour : paint("--paper"));
  drawn.setAttribute("stroke-width", mark.hollow ? "2" : "1.5");
  if (mark.hollow) drawn.setAttribute("stroke-dasharray", "4 3");
  return drawn;
}

/** @param {Placed} label @param {number} scale @returns {SVGElement} */
function svgLabel(label, scale) {
  return s("text", {}, ...label.lines.map((line, at) => {
    // XML has no room for control characters, and one of them would make the file unreadable
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    const text = line.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "").replace(/[\ud800-\udfff]/gu, "\ufffd");
    return s("tspan", { x: label.x.toFixed(1), y: (label.y + ((at + 0.78) * LINE_PX) / scale).toFixed(1) }, document.createTextNode(text));
  }));
}
