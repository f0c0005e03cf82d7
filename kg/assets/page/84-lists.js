// The same in words: what happened when, and a table that says what the picture shows.

/** The claims of what is selected, or all that are shown. @returns {Claim[]} */
function claimsInView() {
  let own = [...claims.values()];
  if (selection.claim) own = own.filter((claim) => claim.id === selection.claim);
  else if (selection.link) { const link = links.get(selection.link); own = link ? claimsTold(link) : []; }
  else if (selection.path && selection.path[1]) own = pathClaims();
  else if (selection.node) own = claimsOf.get(selection.node) || [];
  else if (filters.around) {
    own = [...new Set([...shown.nodes].flatMap((id) => claimsOf.get(id) || []))];
  }
  return own.filter((claim) => shown.claims.has(claim.id));
}

/** @param {Link} link */
function claimsTold(link) {
  const own = link.claims.map((id) => claims.get(id)).filter((claim) => claim !== undefined);
  return [...new Set([...own, ...(claimsAbout.get(link.event) || [])])];
}

/** @returns {string} what lists are about now */
function aboutWords() {
  if (selection.path && selection.path[1]) return `the path from ${labelOf(selection.path[0])} to ${labelOf(selection.path[1])}`;
  if (selection.claim) return "one claim";
  const link = links.get(selection.link);
  if (link) return `${labelOf(link.from)} ${link.label} ${labelOf(link.to)}`;
  if (selection.node) return labelOf(selection.node);
  return filters.around ? `what is around ${labelOf(filters.around)}` : "everything shown";
}

function drawTimeline() {
  const sorted = claimsInView().sort(claimOrder);
  const list = h("ol", { class: "timeline" });
  let year = "";
  const draw = (/** @type {Claim} */ claim) => {
    const now = (claim.bounds[0] || claim.bounds[1] || "").slice(0, 4) || "no date";
    const head = now === year ? null : h("p", { class: "year" }, now);
    year = now;
    const by = chainOf(claim)[0];
    return h("li", {}, head, h("span", { class: "when", title: claim.date }, claim.date ? dateWords(claim.date) : "no date"),
      lineIcon(lineMark(standingOf(claim))), h("div", {}, claimLine(claim.id), h("p", { class: "small" }, [by ? `${saidWord(claim)} ${by}` : "", claim.id].filter(Boolean).join(" · "))));
  };
  fill(byId("view-timeline"), h("h2", {}, `Timeline: ${aboutWords()}`), h("p", { class: "small" }, `${amount(sorted.length, "claim")}, oldest first by the earliest day each may mean`),
    paged(list, sorted, draw, 120));
}

function drawTable() {
  const rows = [...shown.links.values()].filter(({ link }) => !selection.node || link.from === selection.node || link.to === selection.node)
    .sort((a, b) => labelOf(a.link.from).localeCompare(labelOf(b.link.from)) || byDate(a.link, b.link));
  const body = h("tbody", { role: "rowgroup" });
  // on a phone rows are shown as lines of text: the roles say that they are rows all the same
  const cell = (/** @type {Object<string, any>} */ attributes, /** @type {any[]} */ ...words) => h("td", { role: "cell", ...attributes }, ...words);
  const draw = (/** @type {{link: Link, claims: Claim[], standing: Standing}} */ { link, claims: own, standing }) => h("tr", { role: "row" },
    cell({}, entityButton(link.from)), " ",
    cell({}, h("button", { type: "button", class: "tie", "data-link": link.id, on: { click: () => select({ link: link.id }) } }, link.label)), " ",
    cell({}, entityButton(link.to)), cell({ title: link.date }, link.date ? dateWords(link.date) : ""),
    cell({}, lineIcon(lineMark(standing)), ` ${caveat(link, standing) || standingWords(standing).join(", ")}`),
    cell({}, [...new Set(own.map((claim) => chainOf(claim)[0]))].join(", ")), cell({ class: "small" }, own.map((claim) => claim.id).join(", ")));
  const head = h("thead", { role: "rowgroup" }, h("tr", { role: "row" },
    ["Who", "Tie", "Whom", "Date", "Standing", "Said first by", "Claims"].map((name) => h("th", { scope: "col", role: "columnheader" }, name))));
  const alone = [...shown.nodes].filter((id) => !(linksOf.get(id) || []).some((link) => shown.links.has(link.id)));
  const holder = paged(body, rows, draw, 150);
  holder.prepend(h("table", { class: "lines", role: "table" }, h("caption", {}, `${amount(rows.length, "line")}: ${selection.node ? labelOf(selection.node) : "what the picture shows"}`), head, body));
  fill(byId("view-table"), h("h2", {}, "The picture in words"), holder,
    alone.length && !selection.node ? h("p", {}, "In the picture without a line: ", alone.slice(0, 200).map((id, at) => [at ? ", " : "", h("bdi", {}, labelOf(id))]), ".") : null);
}
