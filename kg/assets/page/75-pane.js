// The evidence pane: the beginning, a name, a line, a claim or a path. The picture is only the index to it.

/** @type {{node: string, link: string, claim: string, path: string[]|null, view: string}} */
const selection = { node: "", link: "", claim: "", path: null, view: "picture" };

/** Draw the pane anew for what is selected. */
function drawPane() {
  const pane = byId("pane");
  if (selection.path) fill(pane, pathPane());
  else if (selection.claim) fill(pane, claimPane(selection.claim));
  else if (selection.link) fill(pane, linkPane(selection.link));
  else if (selection.node) fill(pane, entityPane(selection.node));
  else fill(pane, overviewPane());
}

/** @returns {Node[]} what a newcomer must know: what a line is, how firm, who is here, from which documents */
function overviewPane() {
  const counts = countStandings();
  return [
    h("h2", {}, "What you are looking at"),
    h("p", { class: "lead" }, `Each line in the picture is a claim that somebody made in one of ${amount(sources.size, "document")}. Choose a line or a name to read who said it, how firmly, and the words that prove it.`),
    h("h3", {}, "How firm the claims are"),
    h("table", { class: "firm" }, h("tbody", {}, STANDINGS.filter((name) => counts[name]).map((name) => h("tr", {},
      h("td", {}, lineIcon(switchMark(name))), h("th", { scope: "row" }, name), h("td", { class: "number" }, counts[name].toLocaleString("en")),
      h("td", { class: "small" }, STANDING_HELP[name]))))),
    h("h3", {}, "Most connected"),
    h("ul", { class: "names" }, mostConnected(10).map((entity) => h("li", {}, entityButton(entity.id),
      h("span", { class: "small" }, ` ${amount((linksOf.get(entity.id) || []).length, "line")}`)))),
    h("h3", {}, "The documents"),
    paged(h("ol", { class: "documents" }), [...sources.values()], documentItem, 20),
  ];
}

/** @type {Object<string, string>} */
const STANDING_HELP = {
  asserted: "in the reporter’s own voice", reported: "passed on from a source, without distance", alleged: "an accusation, or kept at a distance",
  planned: "was to happen; not shown done", hedged: "with a word of doubt", denied: "somebody denies it, or perhaps does", inferred: "concluded by the curator, in no document",
};

function countStandings() {
  /** @type {Object<string, number>} */
  const counts = Object.fromEntries(STANDINGS.map((name) => [name, 0]));
  for (const claim of claims.values()) for (const name of switchesOf(claim)) counts[name] = (counts[name] || 0) + 1;
  return counts;
}

/** @param {number} count @returns {Entity[]} */
function mostConnected(count) {
  return [...entities.values()].filter((entity) => entity.step && linksOf.has(entity.id))
    .sort((a, b) => (linksOf.get(b.id) || []).length - (linksOf.get(a.id) || []).length || a.label.localeCompare(b.label)).slice(0, count);
}

/** @param {Source} source */
function documentItem(source) {
  const address = webAddress(source.url);
  return h("li", {}, address ? h("a", { href: address, rel: "noreferrer noopener", target: "_blank" }, source.title) : h("cite", {}, source.title),
    h("span", { class: "small" }, ` ${[labelOf(source.publisher), source.published ? dateWords(source.published) : "undated", amount(source.claims, "claim"), source.id].filter(Boolean).join(" · ")}`));
}

/** @param {string} id @returns {HTMLElement} */
function entityButton(id) {
  const entity = entities.get(id);
  return h("button", { type: "button", class: "name", "data-node": id, on: { click: () => select({ node: id }) } },
    entity ? groupIcon(entity.legend) : null, h("bdi", {}, labelOf(id)));
}

/** @param {string} id @returns {Node[]} */
function entityPane(id) {
  const entity = entities.get(id);
  if (!entity) return [h("h2", {}, "Not here"), h("p", {}, `Nothing in this page has the id “${id}”.`)];
  const lines = (linksOf.get(id) || []).filter((link) => shown.links.has(link.id));
  const all = claimsOf.get(id) || [];
  const said = (saidBy.get(id) || []).filter((claim) => !all.includes(claim));
  return [
    h("p", { class: "kicker" }, groupIcon(entity.legend), `${entity.legend} · ${kindWords(entity.kind)}`),
    h("h2", {}, h("bdi", {}, entity.label)),
    spellings(entity),
    h("p", { class: "actions" }, aroundButton(id), h("button", { type: "button", class: "quiet", on: { click: () => startPath(id) } }, "Path from here")),
    lines.length ? h("h3", {}, `Tied to ${amount(new Set(lines.map((link) => readFrom(link, id).other)).size, "name")}`) : null,
    lines.length ? paged(h("ul", { class: "ties" }), [...lines].sort(byDate), (link) => tieItem(link, id), 40) : null,
    claimSection("What is claimed", all),
    said.length ? h("details", { class: "said" }, h("summary", {}, `What ${entity.label} says of others: ${amount(said.length, "claim")}`), claimSection("", said)) : null,
  ].filter((node) => node !== null);
}

/** @param {Entity} entity */
function spellings(entity) {
  const others = entity.names.filter((name) => name.name !== entity.label);
  if (!others.length) return null;
  return h("p", { class: "small" }, "Also written ", others.flatMap((name, at) => [at ? "; " : "", h("bdi", {}, name.name),
    name.documents && name.documents.length ? ` (${name.documents.join(", ")})` : ""]));
}

/** @param {string} id */
function aroundButton(id) {
  const on = filters.around === id;
  return h("button", { type: "button", class: "quiet", "aria-pressed": String(on), on: { click: () => {
    Object.assign(filters, on && filters.hops === 2 ? { around: "", hops: 1 } : { around: id, hops: on ? 2 : 1 });
    refilter();
    fitPicture();
  } } }, on ? (filters.hops === 2 ? "Show everything again" : "Show two steps around") : "Show only its surroundings");
}

/** @param {Link} a @param {Link} b */
function byDate(a, b) {
  const [first, second] = [a.bounds[0] || a.bounds[1] || "9", b.bounds[0] || b.bounds[1] || "9"];
  return first < second ? -1 : first > second ? 1 : a.id < b.id ? -1 : 1;
}

/** @param {Link} link @param {string} from */
function tieItem(link, from) {
  const kept = shown.links.get(link.id);
  const standing = kept ? kept.standing : standingOf(link);
  const { wording, other } = readFrom(link, from);
  const words = caveat(link, standing);
  return h("li", {}, h("button", { type: "button", class: "tie", "data-link": link.id, on: { click: () => select({ link: link.id }) } },
    lineIcon(lineMark(standing)), h("span", {}, `${wording} `, h("b", {}, h("bdi", {}, labelOf(other))),
      link.date ? h("span", { class: "small" }, ` ${dateWords(link.date)}`) : null, caveatNote(words))));
}

/** @param {string} heading @param {Claim[]} several @returns {HTMLElement} */
function claimSection(heading, several) {
  const kept = several.filter((claim) => shown.claims.has(claim.id));
  const hidden = several.length - kept.length;
  return h("section", { class: "cards" }, heading ? h("h3", {}, heading, h("span", { class: "small" }, ` ${amount(kept.length, "claim")}`)) : null,
    paged(h("div", { class: "stack" }), kept.slice().sort(claimOrder), (claim) => claimCard(claim), 30),
    hidden ? h("p", { class: "small" }, `${amount(hidden, "more claim")} left out by your filters. `,
      h("button", { type: "button", class: "quiet", on: { click: resetFilters } }, "Show all")) : null);
}

/** @param {Claim} a @param {Claim} b */
function claimOrder(a, b) {
  const [first, second] = [a.bounds[0] || a.bounds[1] || "9", b.bounds[0] || b.bounds[1] || "9"];
  if (first !== second) return first < second ? -1 : 1;
  return (a.document || "").localeCompare(b.document || "") || (a.paragraph || 0) - (b.paragraph || 0) || a.id.localeCompare(b.id);
}

/** @param {string} id @returns {Node[]} */
function linkPane(id) {
  const link = links.get(id);
  if (!link) return [h("h2", {}, "Not here"), h("p", {}, `Nothing in this page has the id “${id}”.`)];
  const own = link.claims.map((one) => claims.get(one)).filter((claim) => claim !== undefined);
  const others = (claimsAbout.get(link.event) || []).filter((claim) => !own.includes(claim));
  const words = caveat(link, (shown.links.get(id) || { standing: standingOf(link) }).standing);
  return [
    h("p", { class: "kicker" }, lineIcon(lineMark(standingOf(link))), kindWords(link.kind), link.date ? ` · ${dateWords(link.date)}` : ""),
    h("h2", { class: "spoken" }, entityButton(link.from), ` ${link.label} `, entityButton(link.to)),
    words ? h("p", {}, caveatNote(sentence(words), "")) : null,
    link.office ? h("p", { class: "note" }, "A tie through an office: that two people held posts in one body is no contact between them.") : null,
    link.documents.length ? h("p", { class: "small" }, `Told by ${amount(link.documents.length, "document")}, from ${amount(link.origins.length, "origin")}: ${link.origins.map(labelOf).join(", ")}`) : null,
    claimSection("What is claimed", own),
    others.length ? claimSection("Other claims about the same matter", others) : null,
  ].filter((node) => node !== null);
}

/** @param {string} id @returns {Node[]} */
function claimPane(id) {
  const claim = claims.get(id);
  if (!claim) return [h("h2", {}, "Not here"), h("p", {}, `No claim in this page has the id “${id}”.`)];
  const named = [...new Set(Object.values(claim.roles).flat().map((ref) => ref.id))].filter((one) => entities.has(one));
  const others = (claimsAbout.get(claim.event) || []).filter((other) => other !== claim);
  return [
    h("p", { class: "kicker" }, `One claim · ${kindWords(claim.kind)}`), h("h2", {}, "A claim"), claimCard(claim),
    named.length ? h("h3", {}, "It speaks of") : null,
    named.length ? h("ul", { class: "names" }, named.map((one) => h("li", {}, entityButton(one)))) : null,
    others.length ? claimSection("Other claims about the same matter", others) : null,
  ].filter((node) => node !== null);
}
