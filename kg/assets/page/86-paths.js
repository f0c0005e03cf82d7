// Chains between two names under the page's filters. Only names that may be steps are passed through.

/**
 * @typedef {{link: Link, standing: Standing}} Hop
 * @typedef {{nodes: string[], hops: Hop[][], weakest: number}} Chain each hop holds every line between its two names, firmest first
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
function chains(usable, start, end, most = 500) {
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
  return found.sort((a, b) => b.weakest - a.weakest || (a.nodes.map(labelOf).join("\n") < b.nodes.map(labelOf).join("\n") ? -1 : 1));
}

/** @param {Map<string, Map<string, Hop[]>>} near @param {string[]} nodes @returns {Chain} */
function chainOver(near, nodes) {
  const hops = nodes.slice(1).map((id, at) => [.../** @type {Hop[]} */ (/** @type {any} */ (near.get(nodes[at])).get(id))]
    .sort((a, b) => hopFirmness(b) - hopFirmness(a) || byDate(a.link, b.link)));
  return { nodes, hops, weakest: Math.min(...hops.map(([best]) => hopFirmness(best))) };
}

/** @param {Hop} hop */
function hopFirmness(hop) { return 2 * firmness(hop.standing) - (hop.link.office ? 1 : 0); }

/** @param {string} start */
function startPath(start) { select({ path: [start, ""] }); byId("path-to").focus(); }

/** @returns {Chain[]} */
function chainsNow() {
  return selection.path && selection.path[0] && selection.path[1] ? chains(shown.links.values(), selection.path[0], selection.path[1]) : [];
}

function pathClaims() {
  const first = chainsNow()[0];
  return first ? [...new Set(first.hops.flat().flatMap(({ link }) => claimsTold(link)))] : [];
}

/** The same question for the command line. @param {string} start @param {string} end @returns {string} */
function pathCommand(start, end) {
  const quoted = (/** @type {string} */ text) => (/^[\w-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`);
  const include = ["planned", "alleged", "inferred", "hedged"].filter((name) => !filters.standings.has(name));
  const parts = ["kg path", quoted(labelOf(start)), quoted(labelOf(end))];
  if (include.length) parts.push(`--include ${include.join(",")}`);
  for (const id of [...filters.documents, ...filters.origins]) parts.push(`--without ${quoted(id)}`);
  if (filters.from) parts.push(`--from ${filters.from}`);
  if (filters.to) parts.push(`--to ${filters.to}`);
  for (const kind of filters.kinds) parts.push(`--not ${quoted(kindWords(kind).replace(/ /g, "-"))}`);
  return parts.join(" ");
}

/** @returns {Node[]} */
function pathPane() {
  const [start, end] = selection.path || ["", ""];
  const found = chainsNow();
  const parts = [h("p", { class: "kicker" }, "Path"), h("h2", {}, "How two names are tied"), pathForm(start, end)];
  if (!start || !end) return [...parts, h("p", {}, "Choose two names. The shortest chains are looked for in what the legend shows now.")];
  const command = h("p", { class: "small" }, "On the command line: ", h("code", { id: "path-command" }, pathCommand(start, end)));
  if (start === end) return [...parts, h("p", {}, "That is the same name twice.")];
  if (!found.length) return [...parts, h("p", { id: "path-result" }, "No chain under what is shown."), ...whyNot(start, end), command];
  const hops = found[0].hops.length;
  const list = h("ol", { class: "chains" });
  return [...parts, h("p", { id: "path-result", "data-hops": hops }, `${amount(found.length, found.length === 1 ? "shortest chain" : "shortest chain")} of ${amount(hops, "hop")}. A chain shows who is tied to whom, not that anything passed along it.`),
    paged(list, found, (chain) => h("li", {}, chainItem(chain)), 5), command];
}

/** @param {Chain} chain */
function chainItem(chain) {
  const firmestOf = chain.hops.map(([best]) => hopFirmness(best));
  const isMixed = Math.max(...firmestOf) > chain.weakest;
  return h("ol", { class: "hops" }, chain.hops.map((several, at) => {
    const { link, standing } = several[0];
    const { wording } = readFrom(link, chain.nodes[at]);
    const words = [caveat(link, standing), link.office ? "through an office" : "", isMixed && firmestOf[at] === chain.weakest ? "weakest hop" : ""].filter(Boolean);
    const own = link.claims.map((id) => claims.get(id)).filter((claim) => claim !== undefined && shown.claims.has(claim.id));
    return h("li", {}, entityButton(chain.nodes[at]), h("button", { type: "button", class: "tie", "data-link": link.id, on: { click: () => select({ link: link.id }) } }, lineIcon(lineMark(standing)),
      h("span", {}, wording, link.date ? h("span", { class: "small" }, ` ${dateWords(link.date)}`) : null, caveatNote(words.join(", ")))),
      several.length > 1 ? h("span", { class: "small" }, ` and ${amount(several.length - 1, "more line")}`) : null,
      own.length ? h("p", { class: "small" }, placeOf(/** @type {Claim} */ (own[0])), ` · ${/** @type {Claim} */ (own[0]).id}`) : null,
      at === chain.hops.length - 1 ? entityButton(chain.nodes[at + 1]) : null);
  }));
}

/** What would tie them if nothing were switched off, and which lines the filters took. @param {string} start @param {string} end */
function whyNot(start, end) {
  const all = [...links.values()].map((link) => ({ link, standing: standingOf(link) }));
  const [nearest] = chains(all, start, end, 50).sort((a, b) => missing(a).length - missing(b).length);
  if (!nearest) return [h("p", {}, "Nor is there one with everything shown: no chain of lines joins the two.")];
  return [h("p", {}, `With everything shown there is a chain of ${amount(nearest.hops.length, "hop")}. Your filters take from it:`),
    h("ul", { class: "ties" }, missing(nearest).map(({ link }) => tieItem(link, link.from)))];
}

/** @param {Chain} chain @returns {Hop[]} */
function missing(chain) { return chain.hops.filter((hop) => !hop.some(({ link }) => shown.links.has(link.id))).map(([best]) => best); }

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
