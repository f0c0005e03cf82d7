// Which labels are written and where. Labels keep their size on the screen; one is left out sooner than two lie on each other.

const LABEL_PX = 12;
const LINE_PX = 13.5;
const FONTS = '-apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';
/** @type {Map<string, number>} */
const widths = new Map();

/** @param {CanvasRenderingContext2D} ctx @param {string} text @returns {number} width in pixels at label size */
function widthOf(ctx, text) {
  let width = widths.get(text);
  if (width === undefined) {
    ctx.font = labelFont(LABEL_PX);
    width = ctx.measureText(text).width;
    widths.set(text, width);
  }
  return width;
}

/** @param {number} size @param {boolean} [strong] */
function labelFont(size, strong) { return `${strong ? "600 " : ""}${size}px ${FONTS}`; }

/** Boxes in a grid, so that asking what lies somewhere costs the same in a picture of any size. */
class Boxes {
  /** @param {number} cell */
  constructor(cell) { this.cell = cell; /** @type {Map<string, number[][]>} */ this.cells = new Map(); }

  /** @param {number[]} box left, top, right, bottom @param {(cell: string) => boolean|void} visit */
  each(box, visit) {
    const at = box.map((edge) => Math.floor(edge / this.cell));
    for (let x = at[0]; x <= at[2]; x += 1) for (let y = at[1]; y <= at[3]; y += 1) if (visit(`${x},${y}`)) return true;
    return false;
  }

  /** @param {number[]} box */
  add(box) { this.each(box, (cell) => { put(this.cells, cell, box); }); }

  /** @param {number[]} box @param {number[]} [except] @returns {boolean} */
  hits(box, except) {
    return this.each(box, (cell) => (this.cells.get(cell) || []).some((/** @type {number[]} */ other) =>
      other !== except && box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]));
  }
}

/**
 * @typedef {{id: string, lines: string[], x: number, y: number, box: number[], rank: number, weak: boolean}} Placed
 * x is the middle, y the top of the text; all in the picture's own units.
 */

/**
 * Choose a place for each label, most important first; a label that fits nowhere is left out.
 * @param {CanvasRenderingContext2D} ctx @param {number} scale pixels in a unit
 * @param {{id: string, x: number, y: number, size: number, lines: string[], rank: number}[]} wanted
 * @param {{x: number, y: number, size: number}[]} dots what labels must not cover
 * @param {number[]|null} frame what labels must stay within
 * @returns {Placed[]}
 */
function placeLabels(ctx, scale, wanted, dots, frame) {
  const taken = new Boxes(90 / scale);
  const words = new Boxes(90 / scale);
  const isCrowd = wanted.length > 300;
  /** @type {Map<string, number[]>} */
  const own = new Map();
  for (const dot of dots) {
    const box = [dot.x - dot.size, dot.y - dot.size, dot.x + dot.size, dot.y + dot.size];
    own.set(`${dot.x},${dot.y}`, box);
    taken.add(box);
  }
  /** @type {Placed[]} */
  const placed = [];
  for (const [place, one] of [...wanted].sort((a, b) => b.rank - a.rank || (a.id < b.id ? -1 : 1)).entries()) {
    const wide = (Math.max(...one.lines.map((line) => widthOf(ctx, line))) + 4) / scale;
    const high = (one.lines.length * LINE_PX) / scale;
    const away = one.size + 3 / scale;
    const [near, aside] = [one.size * 0.6 + 2 / scale, one.size * 0.7 + wide / 2];
    const spots = [[one.x, one.y + away], [one.x, one.y - away - high], [one.x + away + wide / 2, one.y - high / 2], [one.x - away - wide / 2, one.y - high / 2],
      [one.x + aside, one.y + near], [one.x - aside, one.y + near], [one.x + aside, one.y - near - high], [one.x - aside, one.y - near - high]];
    // what is chosen is always named, even over a mark; so are the hubs of a crowd, where marks leave no gap
    const must = one.rank >= 1000 || (isCrowd && place < 14);
    if (must) spots.push(spots[0]);
    for (const [at, [x, y]] of (one.size ? spots : [[one.x, one.y - high / 2]]).entries()) {
      const box = [x - wide / 2, y, x + wide / 2, y + high];
      if (frame && (box[0] < frame[0] || box[1] < frame[1] || box[2] > frame[2] || box[3] > frame[3])) continue;
      const isLast = must && at === spots.length - 1;
      if (isLast ? words.hits(box) : taken.hits(box, own.get(`${one.x},${one.y}`))) continue;
      taken.add(box);
      words.add(box);
      placed.push({ id: one.id, lines: one.lines, x, y, box, rank: one.rank, weak: false });
      break;
    }
  }
  return placed;
}

/** @param {CanvasRenderingContext2D} ctx @param {Placed} label @param {number} scale @param {{ink: string, halo: string, strong?: boolean}} look */
function drawLabel(ctx, label, scale, look) {
  ctx.font = labelFont(LABEL_PX / scale, look.strong);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.lineWidth = 3.5 / scale;
  ctx.strokeStyle = look.halo;
  ctx.fillStyle = look.ink;
  label.lines.forEach((line, at) => {
    const y = label.y + ((at + 0.5) * LINE_PX) / scale;
    ctx.strokeText(line, label.x, y);
    ctx.fillText(line, label.x, y);
  });
}
