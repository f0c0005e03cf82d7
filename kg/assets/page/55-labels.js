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

/** Whether two boxes have room in common. @param {number[]} one left, top, right, bottom @param {number[]} other @returns {boolean} */
function overlap(one, other) { return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3]; }

/** Boxes in a grid, so that asking what lies somewhere costs the same in a picture of any size. */
class Boxes {
  /** @param {number} cell */
  constructor(cell) { this.cell = cell; /** @type {Map<string, number[][]>} */ this.cells = new Map(); }

  /** @param {number[]} box left, top, right, bottom @returns {string[]} */
  under(box) {
    const at = box.map((edge) => Math.floor(edge / this.cell));
    const found = [];
    for (let x = at[0]; x <= at[2]; x += 1) for (let y = at[1]; y <= at[3]; y += 1) found.push(`${x},${y}`);
    return found;
  }

  /** @param {number[]} box */
  add(box) { for (const cell of this.under(box)) put(this.cells, cell, box); }

  /** How many boxes lie under one. @param {number[]} box @param {number[]} [except] @returns {number} */
  hits(box, except) {
    const found = new Set();
    for (const cell of this.under(box)) {
      for (const other of this.cells.get(cell) || []) {
        if (other !== except && overlap(box, other)) found.add(other);
      }
    }
    return found.size;
  }
}

/** How many of the most tied names are written even where they cover a mark: who matters must be read at first sight. */
const ALWAYS = 14;
/** How many of them on a phone. */
const SMALL_ROOM = 5;

/**
 * @typedef {{id: string, x: number, y: number, size: number, lines: string[], rank: number, rising?: boolean}} Wanted
 * @typedef {{id: string, lines: string[], x: number, y: number, box: number[], rank: number}} Placed
 * x is the middle, y the top of the text; all in the picture's own units.
 */

/**
 * Choose a place for each label, most important first; a label that fits nowhere is left out.
 * @param {CanvasRenderingContext2D} ctx @param {number} scale pixels in a unit @param {Wanted[]} wanted
 * @param {{x: number, y: number, size: number}[]} dots what labels should not cover
 * @param {number[]|null} frame what labels must stay within
 * @returns {Placed[]}
 */
function placeLabels(ctx, scale, wanted, dots, frame) {
  const marks = new Boxes(90 / scale);
  const words = new Boxes(90 / scale);
  /** @type {Map<string, number[]>} */
  const own = new Map();
  const ordered = [...wanted].sort((a, b) => b.rank - a.rank || (a.id < b.id ? -1 : 1));
  const great = new Set(ordered.slice(0, ALWAYS).map((one) => `${one.x},${one.y}`));
  for (const dot of dots) {
    const box = [dot.x - dot.size, dot.y - dot.size, dot.x + dot.size, dot.y + dot.size];
    own.set(`${dot.x},${dot.y}`, box);
    (great.has(`${dot.x},${dot.y}`) ? words : marks).add(box);
  }
  /** @type {Placed[]} */
  const placed = [];
  // where marks leave no gap at all, the greatest are written over them; else at most one small mark is covered
  const most = (/** @type {number} */ place) => (wanted.length > 300 || (place < SMALL_ROOM && ctx.canvas.clientWidth < 600) ? Infinity : 2);
  ordered.forEach((one, place) => {
    const wide = (Math.max(...one.lines.map((line) => widthOf(ctx, line))) + 4) / scale;
    const high = (one.lines.length * LINE_PX) / scale;
    let best = null;
    const mine = own.get(`${one.x},${one.y}`);
    let least = place < ALWAYS && one.size && (one.lines.length < 3 || one.rank >= 1000) ? most(place) : 1;
    for (const [x, y] of spotsFor(one, wide, high, scale)) {
      const box = [x - wide / 2, y, x + wide / 2, y + high];
      if (frame && (box[0] < frame[0] || box[1] < frame[1] || box[2] > frame[2] || box[3] > frame[3])) continue;
      if (words.hits(box, mine)) continue;
      const covered = marks.hits(box, mine);
      if (covered >= least) continue;
      least = covered;
      best = { id: one.id, lines: one.lines, x, y, box, rank: one.rank };
      if (!covered) break;
    }
    if (!best) return;
    words.add(best.box);
    placed.push(best);
  });
  return placed;
}

/** Where a label may stand, best first: below (above where lines leave downwards), beside, aslant; a line's wording only on its middle.
 * @param {Wanted} one @param {number} wide @param {number} high @param {number} scale @returns {number[][]} middle and top */
function spotsFor(one, wide, high, scale) {
  if (!one.size) return [[one.x, one.y - high / 2]];
  const away = one.size + 3 / scale;
  const [near, aside] = [one.size * 0.6 + 2 / scale, one.size * 0.7 + wide / 2];
  const ends = [[one.x, one.y + away], [one.x, one.y - away - high]];
  return [...(one.rising ? ends.reverse() : ends), [one.x + away + wide / 2, one.y - high / 2], [one.x - away - wide / 2, one.y - high / 2],
    [one.x + aside, one.y + near], [one.x - aside, one.y + near], [one.x + aside, one.y - near - high], [one.x - aside, one.y - near - high]];
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
