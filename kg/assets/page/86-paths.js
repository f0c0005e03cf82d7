// Chains between two names under the page's filters. Only names that may be steps are passed through.

/**
 * @typedef {{link: Link, standing: Standing}} Hop
 * @typedef {{nodes: string[], hops: Hop[][], weakest: any[]}} Chain each hop holds every line between its two names, firmest first
 */

/** @param {Iterable<{link: Link, standing: Standing}>} usable @returns {Map<string, Map<string, Hop[]>>} */
function neighboursOf(usable) {
  /** @type {Map<string, Map<string, Hop[]>>} */
  const near = new Map();
  for (const { link, standing } of usable) {
    for (const [from, to] of [[link.from, link.to], [link.to, link.from]]) {
      if (!near.has(from)) near.set(from, new Map());
      put(/** @type {Map<string, Hop[]>} */ (near.get(from)), to, { link, standing });
    }
  }
  return near;
}

/** @param {Map<string, Map<string, Hop[]>>} near @param {string} start @param {string} end @returns {Map<string, number>} hops to the end */
function hopsTo(near, start, end) {
  const hops = new Map([[end, 0]]);
  let edge = [end];
  while (edge.length && !hops.has(start)) {
    const next = [];
    for (const id of edge) {
      const entity = entities.get(id);
      if (id !== end && !(entity && entity.step)) continue;
      for (const other of (near.get(id) || new Map()).keys()) {
        if (hops.has(other)) continue;
        hops.set(other, /** @type {number} */ (hops.get(id)) + 1);
        next.push(other);
      }
    }
    edge = next;
  }
  return hops;
}

/**
 * The shortest chains, those whose weakest hop is firmest first.
 * @param {Iterable<{link: Link, standing: Standing}>} usable @param {string} start @param {string} end @param {number} [most]
 * @returns {Chain[]}
 */
function chains(usable, start, end, most = 2000) {
  const near = neighboursOf(usable);
  const hops = hopsTo(near, start, end);
  if (start === end || !hops.has(start)) return [];
  /** @type {Chain[]} */
  const found = [];
  /** @param {string[]} nodes */
  const walk = (nodes) => {
    const id = nodes[nodes.length - 1];
    if (id === end) { found.push(chainOver(near, nodes)); return; }
    const left = /** @type {number} */ (hops.get(id));
    for (const other of [...(near.get(id) || new Map()).keys()].sort()) {
      const entity = entities.get(other);
      if (hops.get(other) !== left - 1 || (other !== end && !(entity && entity.step)) || found.length >= most) continue;
      walk([...nodes, other]);
    }
  };
  walk([start]);
  return found.sort((a, b) => compare(a.weakest, b.weakest) || compare(a.nodes.map(labelOf), b.nodes.map(labelOf)));
}

/** @param {Map<string, Map<string, Hop[]>>} near @param {string[]} nodes @returns {Chain} */
function chainOver(near, nodes) {
  const hops = nodes.slice(1).map((id, at) => [.../** @type {Hop[]} */ (/** @type {any} */ (near.get(nodes[at])).get(id))]
    .sort((a, b) => compare(weakness(a), weakness(b))));
  return { nodes, hops, weakest: hops.map(([best]) => weakness(best)).sort(compare)[hops.length - 1] };
}

/** What makes a hop weak, the worst first, in the order of `kg path`. @param {Hop} hop @returns {any[]} */
function weakness({ link, standing }) {
  const count = link.claims.filter((id) => shown.claims.has(id)).length || link.claims.length;
  const order = { asserted: 0, reported: 1, alleged: 2 };
  return [standing.denied || standing.perhaps, standing.inferred, standing.alleged, standing.planned, standing.hedged, link.office,
    order[/** @type {"asserted"} */ (standing.told)] ?? 3, -count, link.date, link.event];
}

/** @param {any[]} a @param {any[]} b @returns {number} */
function compare(a, b) {
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return a[at] < b[at] ? -1 : 1;
  return 0;
}

/** @param {string} start */
function startPath(start) { select({ path: [start, ""] }); byId("path-to").focus(); }

/** @returns {Chain[]} */
function chainsNow() {
  if (!selection.path || !selection.path[0] || !selection.path[1]) return [];
  return chains(usableLinks(selection.path), selection.path[0], selection.path[1]);
}

/** The lines that pass the filters, whatever is pictured: ends may be what is never a step. @param {string[]} ends */
function usableLinks(ends) {
  const isOpen = (/** @type {string} */ id) => ends.includes(id) || isGroupOn(id);
  const found = [];
  for (const link of links.values()) {
    const kept = isOpen(link.from) && isOpen(link.to) ? standingShown(link) : null;
    if (kept && !kept.standing.not) found.push(kept);
  }
  return found;
}

function pathClaims() {
  const first = chainsNow()[0];
  return first ? [...new Set(first.hops.flat().flatMap(({ link }) => claimsTold(link)))] : [];
}

/** The same question for the command line, and the filters for which it has no flag. @param {string} start @param {string} end */
function pathCommand(start, end) {
  const quoted = (/** @type {string} */ text) => (/^[\w-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`);
  const include = ["planned", "alleged", "inferred", "hedged"].filter((name) => !filters.standings.has(name));
  const parts = ["kg path", quoted(start), quoted(end)];
  if (include.length) parts.push(`--include ${include.join(",")}`);
  for (const id of [...filters.documents, ...filters.origins]) parts.push(`--without ${quoted(id)}`);
  const others = [
    [...filters.groups].some((group) => !QUIET.has(group) && group !== LONERS) ? "who is shown" : "", filters.from || filters.to ? "time" : "",
    filters.kinds.size ? "kinds of claim" : "", ["asserted", "reported", "denied"].some((name) => filters.standings.has(name)) ? "how firm" : "",
  ].filter(Boolean);
  return { command: parts.join(" "), others };
}

/** @returns {Node[]} */
function pathPane() {
  const [start, end] = selection.path || ["", ""];
  const found = chainsNow();
  const parts = [h("p", { class: "kicker" }, "Path"), h("h2", {}, "How two names are tied"), pathForm(start, end)];
  if (!start || !end) return [...parts, h("p", {}, "Choose two names. The shortest chains are looked for in what the legend shows now.")];
  const { command: typed, others } = pathCommand(start, end);
  const command = h("p", { class: "small" }, "On the command line: ", h("code", { id: "path-command" }, typed),
    others.length ? ` Your filters of ${others.join(", ")} are the page’s alone.` : null);
  if (start === end) return [...parts, h("p", {}, "That is the same name twice.")];
  if (!found.length) return [...parts, h("p", { id: "path-result" }, "No chain under what is shown."), ...whyNot(start, end), command];
  const hops = found[0].hops.length;
  const list = h("ol", { class: "chains" });
  return [...parts, h("p", { id: "path-result", "data-hops": hops }, `${amount(found.length, found.length === 1 ? "shortest chain" : "shortest chain")} of ${amount(hops, "hop")}. A chain shows who is tied to whom, not that anything passed along it.`),
    paged(list, found, (chain) => h("li", {}, chainItem(chain)), 5), command];
}

/** Which hops go into or out of a body by an office where the next does so by another's: that is no contact. @param {Chain} chain */
function officesPassed(chain) {
  const through = chain.hops.map(() => false);
  const best = chain.hops.map(([hop]) => hop.link);
  for (let at = 0; at + 1 < best.length; at += 1) {
    const body = chain.nodes[at + 1];
    if (best[at].office && best[at + 1].office && best[at].to === body && best[at + 1].to === body) through[at] = through[at + 1] = true;
  }
  return through;
}

/** @param {Chain} chain */
function chainItem(chain) {
  const marks = (/** @type {any[]} */ weak) => weak.slice(0, 6).map(Boolean);
  const isMixed = chain.hops.some(([best]) => compare(marks(weakness(best)), marks(chain.weakest)));
  const offices = officesPassed(chain);
  return h("ol", { class: "hops" }, chain.hops.map((several, at) => {
    const { link, standing } = several[0];
    const { wording } = readFrom(link, chain.nodes[at]);
    const words = [caveat(link, standing), offices[at] ? "through an office" : "",
      isMixed && !compare(weakness(several[0]), chain.weakest) ? "weakest hop" : ""].filter(Boolean);
    const own = /** @type {Claim[]} */ (link.claims.filter((id) => shown.claims.has(id)).map((id) => claims.get(id)));
    return h("li", {}, entityButton(chain.nodes[at]), h("div", { class: "hop" }, h("button", { type: "button", class: "tie", "data-link": link.id, on: { click: () => select({ link: link.id }) } }, lineIcon(lineMark(standing)),
      h("span", {}, wording, link.date ? h("span", { class: "small" }, ` ${dateWords(link.date)}`) : null, caveatNote(words.join(", ")))),
      own.length ? h("p", { class: "small" }, own[0].document ? placeOf(own[0]) : own[0].because || "concluded across documents", ` · ${own[0].id}`) : null,
      several.length > 1 ? h("ul", { class: "ties small" }, several.slice(1).map((hop) => tieItem(hop.link, chain.nodes[at]))) : null),
      at === chain.hops.length - 1 ? entityButton(chain.nodes[at + 1]) : null);
  }));
}

/** What would tie them if nothing were switched off, and which lines the filters took. @param {string} start @param {string} end */
function whyNot(start, end) {
  const all = [...links.values()].map((link) => ({ link, standing: standingOf(link) }));
  const [nearest] = chains(all.filter(({ standing }) => !standing.not), start, end, 20).sort((a, b) => missing(a).length - missing(b).length);
  if (!nearest) return [h("p", {}, "Nor is there one with everything shown: no chain of lines joins the two.")];
  return [h("p", {}, `With everything shown there is a chain of ${amount(nearest.hops.length, "hop")}. Your filters take from it:`),
    h("ul", { class: "ties" }, missing(nearest).map(({ link }) => tieItem(link, link.from)))];
}

/** @param {Chain} chain @returns {Hop[]} */
function missing(chain) {
  const usable = new Set(usableLinks([chain.nodes[0], chain.nodes[chain.nodes.length - 1]]).map(({ link }) => link.id));
  return chain.hops.filter((hop) => !hop.some(({ link }) => usable.has(link.id))).map(([best]) => best);
}

/** @param {string} start @param {string} end */
function pathForm(start, end) {
  const field = (/** @type {string} */ id, /** @type {string} */ name, /** @type {number} */ at) => {
    const list = h("ul", { id: `${id}-list`, role: "listbox", "aria-label": `Names for ${name}`, hidden: true });
    const none = h("p", { class: "none", role: "status", hidden: true });
    const input = /** @type {HTMLInputElement} */ (h("input", { id, type: "search", role: "combobox", autocomplete: "off", "aria-expanded": "false",
      "aria-controls": `${id}-list`, "aria-autocomplete": "list", placeholder: "A name, in any spelling" }));
    input.value = [start, end][at] ? labelOf([start, end][at]) : "";
    nameField(input, list, none, (chosen) => {
      const both = [start, end];
      both[at] = chosen;
      select({ path: both });
      const next = byId(both[0] && !both[1] ? "path-to" : id);
      if (next) next.focus();
    });
    return h("div", { class: "search" }, h("label", { for: id }, name), input, list, none);
  };
  return h("div", { class: "path-form" }, field("path-from", "From", 0), field("path-to", "To", 1));
}
