// The marks of the picture: a shape and a colour for every group, a line for every standing. Legend, canvas and SVG draw
// from here, so they cannot differ. Colours stand in page.css (they change in the dark); shapes tell groups apart without them.

/** @type {Object<string, {shape: string, colour: string, hollow?: boolean}>} */
const GROUP_MARKS = {
  "People": { shape: "dot", colour: "--c-people" },
  "Companies": { shape: "square", colour: "--c-companies" },
  "State bodies": { shape: "hexagon", colour: "--c-state" },
  "Armed forces": { shape: "triangleDown", colour: "--c-forces" },
  "Other bodies": { shape: "pentagon", colour: "--c-bodies" },
  "Unnamed parties": { shape: "dot", colour: "--c-unnamed", hollow: true },
  "Drones": { shape: "triangle", colour: "--c-drones" },
  "Weapons": { shape: "cross", colour: "--c-drones" },
  "Deals": { shape: "diamond", colour: "--c-deals" },
  "Affairs": { shape: "star", colour: "--c-affairs" },
  "Acts": { shape: "diamond", colour: "--c-affairs", hollow: true },
};
const SPARE_SHAPES = ["square", "triangle", "hexagon", "diamond", "pentagon", "star"];

/** @param {string} group */
function groupMark(group) {
  const known = GROUP_MARKS[group];
  if (known) return known;
  if (QUIET.has(group)) return { shape: "dot", colour: "--c-quiet" };
  const at = legend.findIndex((row) => row.group === group);
  return { shape: SPARE_SHAPES[Math.max(at, 0) % SPARE_SHAPES.length], colour: "--c-spare" };
}

/** @type {Map<string, number[][]>} */
const cornersKnown = new Map();

/** Corners of a shape around the origin; an empty list is a circle. @param {string} shape @param {number} r @returns {number[][]} */
function corners(shape, r) {
  const key = `${shape} ${r}`;
  const known = cornersKnown.get(key) || cornersOf(shape, r);
  cornersKnown.set(key, known);
  return known;
}

/** @param {string} shape @param {number} r @returns {number[][]} */
function cornersOf(shape, r) {
  if (shape === "dot") return [];
  if (shape === "square") return [[-r, -r], [r, -r], [r, r], [-r, r]].map(([x, y]) => [x * 0.88, y * 0.88]);
  if (shape === "cross") {
    const [a, b] = [r * 0.38, r];
    return [[-a, -b], [a, -b], [a, -a], [b, -a], [b, a], [a, a], [a, b], [-a, b], [-a, a], [-b, a], [-b, -a], [-a, -a]];
  }
  const count = { triangle: 3, triangleDown: 3, diamond: 4, pentagon: 5, hexagon: 6, star: 10 }[shape] || 6;
  const turn = shape === "triangleDown" ? Math.PI / 2 : -Math.PI / 2;
  const swell = { triangle: 1.2, triangleDown: 1.2, diamond: 1.15, star: 1.25 }[shape] || 1.05;
  return Array.from({ length: count }, (_, at) => {
    const reach = r * swell * (shape === "star" && at % 2 ? 0.48 : 1);
    const angle = turn + (at * 2 * Math.PI) / count;
    return [reach * Math.cos(angle), reach * Math.sin(angle)];
  });
}

/** @type {Map<string, string>} */
const paints = new Map();

/** The value of a colour of page.css. @param {string} name @returns {string} */
function paint(name) {
  let value = paints.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "#888";
    paints.set(name, value);
  }
  return value;
}

/**
 * How a line of some standing looks. `dashes` empty is solid; `hollow` is two thin lines; `strike` crosses it out.
 * @typedef {{colour: string, width: number, dashes: number[], hollow: boolean, strike: string}} LineMark
 * @param {Standing} standing @returns {LineMark}
 */
function lineMark(standing) {
  const mark = { colour: "--ink", width: 1.4, dashes: /** @type {number[]} */ ([]), hollow: false, strike: "" };
  if (standing.status === "reported") Object.assign(mark, { colour: "--l-reported", width: 1.3 });
  if (standing.hedged) mark.dashes = [11, 3, 2, 3];
  if (standing.planned) mark.dashes = [8, 5];
  if (standing.inferred) Object.assign(mark, { colour: "--l-inferred", width: 1.9, dashes: [2.2, 4.2] });
  if (standing.status === "alleged") Object.assign(mark, { colour: "--l-alleged", width: 4.2, hollow: true });
  if (standing.denied) mark.strike = "denied";
  else if (standing.perhaps) mark.strike = "perhaps";
  if (standing.not) mark.strike = "not";
  return mark;
}

/** Where strikes stand on a line and which way they lean: offsets along it and half lengths. @param {string} strike */
function strikes(strike) {
  if (strike === "denied") return [[-3.5, 7, -1], [3.5, 7, -1]];
  if (strike === "perhaps") return [[0, 7, -1]];
  return strike === "not" ? [[0, 6, -1], [0, 6, 1]] : [];
}

/** A small drawing of a group's mark. @param {string} group @returns {SVGElement} */
function groupIcon(group) {
  const mark = groupMark(group);
  const points = corners(mark.shape, 6);
  const drawn = points.length ? s("polygon", { points: points.map((point) => point.map((at) => at.toFixed(2)).join(",")).join(" ") })
    : s("circle", { r: 6 });
  drawn.setAttribute("fill", mark.hollow ? "none" : `var(${mark.colour})`);
  drawn.setAttribute("stroke", `var(${mark.colour})`);
  drawn.setAttribute("stroke-width", mark.hollow ? "1.8" : "1");
  if (mark.hollow) drawn.setAttribute("stroke-dasharray", "3 2");
  return s("svg", { viewBox: "-8.5 -8.5 17 17", width: 16, height: 16, "aria-hidden": "true", class: "icon" }, drawn);
}

/** A small drawing of a line. @param {LineMark} mark @param {number} [length] @returns {SVGElement} */
function lineIcon(mark, length = 34) {
  const parts = [s("line", { x1: 1, y1: 8, x2: length - 1, y2: 8, stroke: `var(${mark.colour})`, "stroke-width": mark.width,
    "stroke-dasharray": mark.dashes.join(" ") || "none" })];
  if (mark.hollow) parts.push(s("line", { x1: 1, y1: 8, x2: length - 1, y2: 8, stroke: "var(--paper)", "stroke-width": mark.width - 2.5 }));
  for (const [along, half, lean] of strikes(mark.strike)) {
    const x = length / 2 + along;
    parts.push(s("line", { x1: x - 2.5 * lean * -1, y1: 8 - half, x2: x + 2.5 * lean * -1, y2: 8 + half, stroke: "var(--l-denied)", "stroke-width": 1.8 }));
  }
  return s("svg", { viewBox: `0 0 ${length} 16`, width: length, height: 16, "aria-hidden": "true", class: "icon" }, ...parts);
}

/** A standing with everything off but what is given. @param {Object<string, any>} given @returns {Standing} */
function standingWith(given) {
  return { status: "asserted", told: "asserted", alleged: false, planned: false, ongoing: false, not: false, inferred: false, hedged: false, hedge: "", denied: false, perhaps: false, ...given };
}

/** The line of a switch in the legend. @param {string} name @returns {LineMark} */
function switchMark(name) {
  if (name === "asserted" || name === "reported" || name === "alleged") return lineMark(standingWith({ status: name }));
  if (name === "inferred") return lineMark(standingWith({ status: "inferred", inferred: true }));
  return lineMark(standingWith({ [name]: true }));
}
