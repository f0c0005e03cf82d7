// The picture: vis-network holds and draws nodes and lines; marks, strikes and labels are drawn by us over it.

const SEARCH_FIRST = 2000;
/** With more lines than this they are left out while the picture moves: drawing them takes longer than a frame. */
const STILL_ONLY = 1500;
const picture = {
  network: /** @type {any} */ (null), nodes: /** @type {any} */ (null), edges: /** @type {any} */ (null),
  /** @type {Set<string>|null} what stands out; everything else is faint */ lit: null,
  /** @type {Set<string>|null} lines that stand out */ litLinks: null,
  /** @type {Set<string>} lines whose wording is written */ spoken: new Set(),
  /** @type {string} */ hoverNode: "", hoverLink: "",
  /** @type {Placed[]} what is written where the mouse rests on nothing */ labels: [], labelsFor: "", version: 0,
  /** @type {Map<string, string>} the look each line has now, to change only what differs */ looks: new Map(),
  /** @type {Map<string, {x: number, y: number}>|null} places while only a neighbourhood is shown */ moved: null,
  /** pixels in a unit of the layout when all is shown: marks and lines keep their size whatever the room */ unit: 1,
  /** @type {string[]} lines over which something is drawn */ marked: [],
  room: "", /** whether all of it is to be seen, whatever becomes of the room */ whole: true,
  /** @type {{scale: number, box: number[]}|null} what is seen when all is shown; labels stay within */ frame: null,
};

/** @param {(what: {node?: string, link?: string}) => void} choose what to do when something is clicked */
function openPicture(choose) {
  const vis = /** @type {any} */ (window).vis;
  picture.nodes = new vis.DataSet();
  picture.edges = new vis.DataSet();
  syncPicture();
  picture.network = new vis.Network(byId("picture"), { nodes: picture.nodes, edges: picture.edges }, {
    physics: false, layout: { improvedLayout: false }, autoResize: false, nodes: { shape: "custom", ctxRenderer: drawNode, chosen: false },
    edges: { chosen: false, selectionWidth: 0, hoverWidth: 0, arrowStrikethrough: false },
    interaction: { hover: true, tooltipDelay: 1e9, ...whileMoving(), keyboard: false, selectable: true, selectConnectedEdges: false, dragNodes: true, multiselect: false },
  });
  const network = picture.network;
  network.on("click", (/** @type {any} */ event) => {
    if (event.nodes.length) choose({ node: event.nodes[0] });
    else choose(event.edges.length ? { link: event.edges[0] } : {});
  });
  network.on("hoverNode", (/** @type {any} */ event) => { picture.hoverNode = event.node; network.redraw(); });
  network.on("blurNode", () => { picture.hoverNode = ""; network.redraw(); });
  network.on("hoverEdge", (/** @type {any} */ event) => hoverLink(event.edge));
  network.on("blurEdge", () => hoverLink(""));
  network.on("dragEnd", () => { picture.version += 1; picture.whole = false; });
  network.on("zoom", () => { picture.whole = false; });
  network.on("afterDrawing", drawOver);
  fitPicture();
  picture.room = roomSize();
  new ResizeObserver(refit).observe(byId("picture"));
}

/** Bring nodes and lines of the picture into line with what is shown. */
function syncPicture() {
  if (!picture.nodes) return;
  const wanted = isTooMany() ? new Set() : shown.nodes;
  picture.moved = filters.around && wanted.size ? ringPlaces(filters.around) : null;
  const gone = picture.nodes.getIds().filter((/** @type {string} */ id) => !wanted.has(id));
  picture.nodes.remove(gone);
  picture.unit = Math.max(wanted.size > 600 ? 0.75 : 0.42, Math.min(1.15, roomFor(wanted)));
  picture.nodes.update([...wanted].map((id) => {
    const place = placeOfNode(id);
    return { id, x: place.x * picture.unit, y: place.y * picture.unit, size: /** @type {Entity} */ (entities.get(id)).size };
  }));
  const lines = [...shown.links.values()].filter(({ link }) => wanted.has(link.from) && wanted.has(link.to));
  const kept = new Set(lines.map(({ link }) => link.id));
  picture.edges.remove(picture.edges.getIds().filter((/** @type {string} */ id) => !kept.has(id)));
  for (const id of [...picture.looks.keys()]) if (!kept.has(id)) picture.looks.delete(id);
  if (picture.network) picture.network.setOptions({ interaction: whileMoving() });
  picture.version += 1;
  restyle();
}

function whileMoving() {
  const hidden = picture.edges.length > STILL_ONLY;
  return { hideEdgesOnDrag: hidden, hideEdgesOnZoom: hidden };
}

/** Whether lines are left out just now, and with them what is drawn on them. */
function linesAreHidden() {
  const { dragging, zooming, options } = picture.network.renderer;
  return options.hideEdgesOnDrag && (dragging || zooming);
}

/** Where the layout put it. @param {string} id @returns {{x: number, y: number}} */
function placeOfNode(id) { return (picture.moved && picture.moved.get(id)) || /** @type {Entity} */ (entities.get(id)); }

/** The smallest frame around some points. @param {{x: number, y: number}[]} points @returns {number[]} left, top, right, bottom */
function frameOf(points) {
  const frame = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    frame[0] = Math.min(frame[0], x);
    frame[1] = Math.min(frame[1], y);
    frame[2] = Math.max(frame[2], x);
    frame[3] = Math.max(frame[3], y);
  }
  return frame;
}

/** How many pixels a unit may have for all of it to be seen. @param {Iterable<string>} ids @returns {number} */
function roomFor(ids) {
  const [left, top, right, bottom] = frameOf([...ids].map(placeOfNode));
  const room = byId("picture");
  if (!(right > left || bottom > top)) return 1;
  return Math.min((room.clientWidth - MARGIN_X) / (right - left || 1), (room.clientHeight - MARGIN_Y) / (bottom - top || 1));
}
const MARGIN_X = 120;
const MARGIN_Y = 104;

function isTooMany() { return shown.nodes.size > SEARCH_FIRST; }

/** Only the line that the mouse left and the one that it came to look different. @param {string} id */
function hoverLink(id) {
  const both = [picture.hoverLink, id];
  picture.hoverLink = id;
  applyLooks(both.map((one) => shown.links.get(one)));
  picture.network.redraw();
}

/** Give every line its look. */
function restyle() {
  const drawn = [...shown.links.values()].filter(({ link }) => picture.nodes.get(link.from) && picture.nodes.get(link.to));
  picture.marked = drawn.filter(({ standing }) => standing.alleged || standing.denied || standing.perhaps || standing.not).map(({ link }) => link.id);
  applyLooks(drawn);
  if (picture.network) picture.network.redraw();
}

/** Only lines whose look changed are touched. @param {({link: Link, standing: Standing}|undefined)[]} several */
function applyLooks(several) {
  const changed = [];
  const paper = paint("--paper");
  for (const kept of several) {
    if (!kept) continue;
    const { link, standing } = kept;
    const faint = picture.litLinks ? !picture.litLinks.has(link.id) : false;
    const strong = picture.hoverLink === link.id || (picture.litLinks !== null && picture.litLinks.size < 3 && !faint);
    const mark = lineMark(standing);
    const look = `${mark.colour} ${mark.width} ${mark.dashes} ${mark.hollow} ${faint} ${strong} ${paper}`;
    if (picture.looks.get(link.id) === look) continue;
    picture.looks.set(link.id, look);
    changed.push(edgeOptions(link, mark, faint, strong));
  }
  if (changed.length) picture.edges.update(changed);
}

/** @param {Link} link @param {LineMark} mark @param {boolean} faint @param {boolean} strong */
function edgeOptions(link, mark, faint, strong) {
  const colour = faint ? paint("--faint") : paint(mark.colour);
  const width = mark.width + (strong ? 1.2 : 0);
  return {
    id: link.id, from: link.from, to: link.to, width: mark.hollow ? width - 2.5 : width, dashes: mark.dashes.length ? mark.dashes : false,
    color: { color: mark.hollow ? paint("--paper") : colour, inherit: false },
    background: mark.hollow ? { enabled: true, color: colour, size: width, dashes: mark.dashes.length ? mark.dashes : false } : { enabled: false },
    arrows: { to: { enabled: isOneWay(link) && !mark.hollow, scaleFactor: 0.42 } },
    // vis-network draws the second line of a hollow one only on curves: a curve that is not bent will do
    smooth: link.bend || mark.hollow ? { enabled: true, type: link.bend > 0 ? "curvedCW" : "curvedCCW", roundness: Math.abs(link.bend) || 0.0001 } : false,
  };
}

/** @param {Link} link */
function isOneWay(link) { return Boolean(link.back) && link.back !== link.label; }

/** Draw one node. vis-network asks for this at every frame. @param {any} about */
function drawNode({ ctx, id, x, y }) {
  const entity = /** @type {Entity} */ (entities.get(id));
  const r = entity.size;
  return { drawNode: () => drawMark(ctx, entity, x, y, r), nodeDimensions: { width: 2 * r, height: 2 * r } };
}

/** @param {CanvasRenderingContext2D} ctx @param {Entity} entity @param {number} x @param {number} y @param {number} r */
function drawMark(ctx, entity, x, y, r) {
  const mark = groupMark(entity.legend);
  const faint = picture.lit !== null && !picture.lit.has(entity.id);
  ctx.save();
  ctx.beginPath();
  const points = corners(mark.shape, r);
  if (points.length) points.forEach(([px, py], at) => (at ? ctx.lineTo(x + px, y + py) : ctx.moveTo(x + px, y + py)));
  else ctx.arc(x, y, r, 0, 2 * Math.PI);
  ctx.closePath();
  ctx.fillStyle = mark.hollow ? paint("--paper") : faint ? paint("--faint") : paint(mark.colour);
  ctx.fill();
  ctx.lineWidth = mark.hollow ? 2 : 1.5;
  ctx.setLineDash(mark.hollow ? [4, 3] : []);
  ctx.strokeStyle = mark.hollow ? (faint ? paint("--faint") : paint(mark.colour)) : paint("--paper");
  ctx.stroke();
  if (entity.id === selection.node || entity.id === picture.hoverNode) {
    ctx.beginPath();
    ctx.setLineDash([]);
    ctx.arc(x, y, r + 5, 0, 2 * Math.PI);
    ctx.lineWidth = 2;
    ctx.strokeStyle = paint("--focus");
    ctx.stroke();
  }
  ctx.restore();
}

/** Strikes, wordings and names, over the lines. @param {CanvasRenderingContext2D} ctx */
function drawOver(ctx) {
  const scale = picture.network.getScale();
  for (const id of linesAreHidden() ? [] : picture.marked) {
    const kept = shown.links.get(id);
    if (!kept) continue;
    const mark = lineMark(kept.standing);
    const faint = picture.litLinks !== null && !picture.litLinks.has(id);
    if (mark.strike) drawStrike(ctx, id, mark.strike, faint);
    if (mark.hollow && isOneWay(kept.link)) drawArrow(ctx, id, paint(faint ? "--faint" : mark.colour));
  }
  const key = `${scale.toFixed(4)}|${picture.version}`;
  const frame = picture.frame && Math.abs(picture.frame.scale - scale) < 0.001 ? picture.frame.box : null;
  if (key !== picture.labelsFor) {
    picture.labelsFor = key;
    picture.labels = placeLabels(ctx, scale, wantedLabels(), dotsNow(), frame);
  }
  for (const label of withPointed(ctx, scale, frame)) {
    const strong = label.id === selection.node || label.id === picture.hoverNode;
    drawLabel(ctx, label, scale, { ink: paint(label.id.startsWith("link ") ? "--l-label" : "--ink"), halo: paint("--paper"), strong });
  }
}

/** @param {CanvasRenderingContext2D} ctx @param {string} id @param {string} strike @param {boolean} faint */
function drawStrike(ctx, id, strike, faint) {
  const middle = middleOf(id);
  if (!middle) return;
  ctx.save();
  ctx.translate(middle.x, middle.y);
  ctx.rotate(middle.angle);
  ctx.setLineDash([]);
  ctx.lineWidth = 2;
  ctx.strokeStyle = faint ? paint("--faint") : paint("--l-denied");
  for (const [along, half, lean] of strikes(strike)) {
    ctx.beginPath();
    ctx.moveTo(along + 2.5 * lean, -half);
    ctx.lineTo(along - 2.5 * lean, half);
    ctx.stroke();
  }
  ctx.restore();
}

/** The head of a hollow line, which vis-network would paint in the colour of its core.
 * @param {CanvasRenderingContext2D} ctx @param {string} id @param {string} colour */
function drawArrow(ctx, id, colour) {
  const at = middleOf(id, 0.68);
  if (!at) return;
  ctx.save();
  ctx.translate(at.x, at.y);
  ctx.rotate(at.angle);
  ctx.beginPath();
  for (const [x, y] of ARROW) ctx.lineTo(x, y);
  ctx.closePath();
  ctx.fillStyle = colour;
  ctx.fill();
  ctx.restore();
}
const ARROW = [[6, 0], [-6, 5.5], [-4, 0], [-6, -5.5]];

/** The middle of a line as vis-network drew it, or another part of it. @param {string} id @param {number} [part] @returns {{x: number, y: number, angle: number}|null} */
function middleOf(id, part = 0.5) {
  const edge = picture.network.body.edges[id];
  if (!edge || !edge.edgeType || !edge.edgeType.fromPoint) return null;
  const [before, at, after] = [part - 0.05, part, part + 0.05].map((share) => edge.edgeType.getPoint(share));
  return { x: at.x, y: at.y, angle: Math.atan2(after.y - before.y, after.x - before.x) };
}

/** @returns {{x: number, y: number, size: number}[]} */
function dotsNow() {
  // what is faint may be written over: it is the chosen that must be read
  return Object.values(picture.network.body.nodes).filter((/** @type {any} */ node) =>
    entities.has(node.id) && (!picture.lit || picture.lit.has(node.id))).map((/** @type {any} */ node) => ({ x: node.x, y: node.y, size: /** @type {Entity} */ (entities.get(node.id)).size }));
}

/** Every label one could wish for now, with how much it matters. @returns {Wanted[]} */
function wantedLabels() {
  const names = Object.keys(picture.network.body.nodes).filter((id) => entities.has(id) && (picture.lit === null || picture.lit.has(id)));
  return [...names.map(wantedName), ...[...picture.spoken].flatMap(wantedWording)];
}

/** @param {string} id @returns {Wanted} */
function wantedName(id) {
  const { x, y } = picture.network.body.nodes[id];
  const { size, lines } = /** @type {Entity} */ (entities.get(id));
  return { id, x, y, size, lines, rank: size + (id === selection.node ? 1000 : 0), rising: isRising(id) };
}

/** The wording of a line that is drawn. @param {string} id @returns {Wanted[]} */
function wantedWording(id) {
  const kept = shown.links.get(id);
  const middle = kept && middleOf(id);
  if (!kept || !middle) return [];
  const words = [kept.link.label, caveat(kept.link, kept.standing)].filter(Boolean).join(", ");
  return [{ id: `link ${id}`, x: middle.x, y: middle.y, size: 0, lines: wrap(words), rank: id === selection.link ? 999 : 1 }];
}

/** The labels, and over them that of what the mouse rests on: the others stay where they are, but for those that it would cover.
 * @param {CanvasRenderingContext2D} ctx @param {number} scale @param {number[]|null} frame @returns {Placed[]} */
function withPointed(ctx, scale, frame) {
  const node = picture.network.body.nodes[picture.hoverNode];
  const wanted = [...(node && entities.has(node.id) ? [wantedName(node.id)] : []), ...wantedWording(picture.hoverLink)]
    .filter((one) => picture.labels.every((label) => label.id !== one.id));
  if (!wanted.length) return picture.labels;
  const over = placeLabels(ctx, scale, wanted, [], frame);
  return [...picture.labels.filter((label) => !over.some(({ box }) => overlap(label.box, box))), ...over];
}

/** Whether most lines of a node leave it downwards, so that its name is better written above. @param {string} id */
function isRising(id) {
  const nodes = picture.network.body.nodes;
  let down = 0;
  for (const link of linksOf.get(id) || []) {
    const other = shown.links.has(link.id) && nodes[link.from === id ? link.to : link.from];
    if (other) down += Math.sign(other.y - nodes[id].y);
  }
  return down > 0;
}

/** Show all of it, leaving room for the labels at the rim. */
function fitPicture() {
  const nodes = picture.network ? picture.nodes.getIds() : [];
  if (!nodes.length) return;
  const [left, top, right, bottom] = frameOf(Object.values(picture.network.getPositions(nodes)));
  const room = byId("picture");
  const scale = Math.max(0.03, Math.min((room.clientWidth - MARGIN_X) / (right - left || 1), (room.clientHeight - MARGIN_Y) / (bottom - top || 1), 1));
  const [x, y] = [(left + right) / 2, (top + bottom) / 2 + 8 / scale];
  picture.network.moveTo({ position: { x, y }, scale });
  const [half, tall] = [room.clientWidth / scale / 2, room.clientHeight / scale / 2];
  picture.frame = { scale, box: [x - half, y - tall, x + half, y + tall] };
  picture.version += 1;
  picture.whole = true;
}

function roomSize() { return `${byId("picture").clientWidth}x${byId("picture").clientHeight}`; }

/** The room changed: what was seen whole is to be seen whole again. */
function refit() {
  const size = roomSize();
  if (size === picture.room || size.startsWith("0x")) return;
  picture.room = size;
  picture.network.setSize("100%", "100%");
  picture.network.redraw();
  if (!picture.whole) return;
  syncPicture();
  fitPicture();
}

/** Bring what stands out nearer where it is too small to read. */
function approach() {
  if (!picture.lit || picture.network.getScale() > 0.8) return;
  const nodes = [...picture.lit].filter((id) => picture.nodes.get(id));
  if (!nodes.length) return;
  const [left, top, right, bottom] = frameOf(Object.values(picture.network.getPositions(nodes)));
  const room = byId("picture");
  const scale = Math.min((room.clientWidth - MARGIN_X) / (right - left || 1), (room.clientHeight - MARGIN_Y) / (bottom - top || 1), 1);
  picture.whole = false;
  picture.network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 }, scale: Math.max(scale, picture.network.getScale()) });
}

/** Make some things stand out, and write the wordings of their lines.
 * @param {Set<string>} nodes @param {Set<string>} lines @param {boolean} alone whether all else is faint */
function light(nodes, lines, alone) {
  if (!nodes.size && !lines.size && !picture.lit && !picture.spoken.size) return;
  picture.lit = alone ? nodes : null;
  picture.litLinks = alone ? lines : null;
  picture.spoken = lines;
  picture.version += 1;
  if (picture.nodes) restyle();
}

/** Places around a middle, nearest first: each ring sorted, so that the same neighbourhood always looks the same.
 * @param {string} middle @returns {Map<string, {x: number, y: number}>} */
function ringPlaces(middle) {
  const places = new Map([[middle, { x: 0, y: 0 }]]);
  const first = new Set((linksOf.get(middle) || []).filter((link) => shown.links.has(link.id)).flatMap((link) => [link.from, link.to]));
  first.delete(middle);
  const inner = [...shown.nodes].filter((id) => first.has(id));
  const outer = [...shown.nodes].filter((id) => id !== middle && !first.has(id));
  let radius = 0;
  for (const ring of [inner, outer]) {
    // a ring too full for its names is split in two or more, one outside the other
    let start = 0;
    while (start < ring.length) {
      radius += 150;
      const here = ring.slice(start, start + Math.max(6, Math.floor((2 * Math.PI * radius) / 125)));
      start += here.length;
      here.forEach((id, at) => {
        const angle = (2 * Math.PI * at) / here.length - Math.PI / 2 + radius / 997;
        places.set(id, { x: Math.round(radius * 1.25 * Math.cos(angle)), y: Math.round(radius * 0.85 * Math.sin(angle)) });
      });
    }
  }
  return places;
}
