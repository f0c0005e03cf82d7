// What is shown. One set of filters rules picture, timeline, table, counts and paths alike.

/** The order in which groups are shown; those not named here follow, and what is never a step comes last. */
const GROUP_ORDER = ["People", "Companies", "State bodies", "Armed forces", "Other bodies", "Unnamed parties", "Drones", "Weapons", "Deals", "Affairs", "Acts"];
/** @type {{group: string, kinds: string[]}[]} */
const legend = rowsOf("legend").filter((row) => [...entities.values()].some((entity) => entity.legend === row.group));
const QUIET = new Set(legend.map((row) => row.group).filter((group) =>
  [...entities.values()].every((entity) => entity.legend !== group || !entity.step)));
legend.sort((a, b) => groupPlace(a.group) - groupPlace(b.group));
const LONERS = "without a line";
const STANDINGS = ["asserted", "reported", "alleged", "planned", "hedged", "denied", "inferred"];

/** @param {string} group */
function groupPlace(group) {
  const at = GROUP_ORDER.indexOf(group);
  return QUIET.has(group) ? 99 : at < 0 ? 50 : at;
}

const filters = {
  /** @type {Set<string>} legend groups switched off */ groups: new Set([...QUIET, LONERS]),
  /** @type {Set<string>} standings switched off */ standings: new Set(),
  /** @type {Set<string>} documents left out */ documents: new Set(),
  /** @type {Set<string>} origins left out */ origins: new Set(),
  /** @type {Set<string>} kinds of claim left out */ kinds: new Set(),
  from: "", to: "", undated: false,
  /** @type {string} the middle of the neighbourhood shown, if only that is shown */ around: "",
  hops: 1,
};

const shown = {
  /** @type {Set<string>} */ claims: new Set(),
  /** @type {Map<string, {link: Link, claims: Claim[], standing: Standing, bounds: (string|null)[]}>} */ links: new Map(),
  /** @type {Set<string>} */ nodes: new Set(),
  undatedLeftOut: 0,
};

/** @type {(() => void)[]} */
const onFilters = [];

/** Whether anything is switched off that takes claims away. */
function isNarrowed() {
  return Boolean(filters.standings.size || filters.documents.size || filters.origins.size || filters.kinds.size || filters.from || filters.to);
}

/** Which switches a claim hangs on; all must be on. @param {Claim} claim @returns {string[]} */
function switchesOf(claim) {
  const needed = claim.inferred ? ["inferred"] : [claim.status];
  if (claim.mode === "planned") needed.push("planned");
  if (claim.hedge) needed.push("hedged");
  if (claim.disputed || claim.denied_by.length || claim.may_be_denied_by.length) needed.push("denied");
  return needed;
}

/** Whether some day of the claim may lie between the two ends. @param {(string|null)[]} bounds @returns {boolean} */
function isInTime(bounds) {
  if (!filters.from && !filters.to) return true;
  const [first, last] = bounds;
  if (!first && !last) return filters.undated;
  return (!filters.to || !first || first <= endOf(filters.to)) && (!filters.from || !last || last >= filters.from);
}

/** The last day a year or month may mean, as text that compares. @param {string} date */
function endOf(date) { return `${date}-99-99`.slice(0, 10); }

/** @param {Claim} claim @returns {boolean} */
function passes(claim) {
  return !switchesOf(claim).some((name) => filters.standings.has(name)) && !filters.kinds.has(claim.kind) && stands(claim);
}

/** Whether the documents and the first speaker it stands on are kept. @param {Claim} claim @returns {boolean} */
function stands(claim) {
  if (originsOf(claim).some((origin) => filters.origins.has(origin))) return false;
  return !filters.documents.size || ![...documentsUnder(claim)].some((id) => filters.documents.has(id));
}

/** The documents a claim rests on: its own, and for what the curator concludes those of its grounds.
 * @param {Claim} claim @param {Set<string>} [seen] @param {Set<string>} [found] @returns {Set<string>} */
function documentsUnder(claim, seen = new Set(), found = new Set()) {
  if (claim.document) found.add(claim.document);
  seen.add(claim.id);
  for (const id of claim.rests_on) {
    const base = claims.get(id);
    if (base && !seen.has(id)) documentsUnder(base, seen, found);
  }
  return found;
}

/** Work out anew what is shown, then tell everybody. */
function refilter() {
  shown.claims = new Set();
  shown.undatedLeftOut = 0;
  for (const claim of claims.values()) {
    if (!passes(claim)) continue;
    if (isInTime(claim.bounds)) shown.claims.add(claim.id);
    else if (!claim.bounds[0] && !claim.bounds[1]) shown.undatedLeftOut += 1;
  }
  const near = filters.around ? neighbourhood(filters.around, filters.hops) : null;
  shown.links = new Map();
  for (const link of links.values()) {
    if (near && !(near.has(link.from) && near.has(link.to))) continue;
    const kept = standingShown(link);
    if (kept && isGroupOn(link.from) && isGroupOn(link.to)) shown.links.set(link.id, kept);
  }
  shown.nodes = nodesShown(near);
  for (const listener of onFilters) listener();
}

/** @param {string} id */
function isGroupOn(id) { const entity = entities.get(id); return Boolean(entity && !filters.groups.has(entity.legend)); }

/** @param {Set<string>|null} near @returns {Set<string>} */
function nodesShown(near) {
  const linked = new Set();
  for (const { link } of shown.links.values()) linked.add(link.from).add(link.to);
  const withLoners = !filters.groups.has(LONERS) && !near;
  const found = new Set();
  for (const entity of entities.values()) {
    if (filters.groups.has(entity.legend) || (near && !near.has(entity.id))) continue;
    const isQuietAlone = !entity.step && !linked.has(entity.id);
    if (linked.has(entity.id) || entity.id === filters.around || isQuietAlone) found.add(entity.id);
    else if (withLoners && (!isNarrowed() || (claimsOf.get(entity.id) || []).some((claim) => shown.claims.has(claim.id)))) found.add(entity.id);
  }
  return found;
}

/**
 * A link with the claims that pass, and how firm those leave it: as firm as the firmest of them, as `kg path` reads it.
 * @param {Link} link @returns {{link: Link, claims: Claim[], standing: Standing, bounds: (string|null)[]}|null}
 */
function standingShown(link) {
  const kept = link.claims.map((id) => claims.get(id)).filter((claim) => claim !== undefined && (shown.claims.has(claim.id) || attestsStill(link, claim)));
  const own = /** @type {Claim[]} */ (kept);
  if (!own.length) return null;
  if (own.length === link.claims.length) return { link, claims: own, standing: standingOf(link), bounds: link.bounds };
  const { status, mode, inferred, hedge } = own.reduce((one, other) => firmness(other) < firmness(one) ? other : one);
  const best = { ...link, claims: own.map((claim) => claim.id), disputed: own.some((claim) => claim.disputed), status, mode, inferred, hedge };
  return { link, claims: own, standing: standingOf(best), bounds: own[0].bounds };
}

/** A text that is smaller the firmer a claim is. @param {Claim} claim */
function firmness(claim) {
  const status = ["asserted", "reported", "alleged"].indexOf(claim.status), mode = ["done", "ongoing", "planned", "not"].indexOf(claim.mode);
  return [status > 1 || mode > 1 || claim.inferred || claim.hedge, status, mode, claim.inferred, claim.hedge].map((one) => typeof one === "number" ? one : one ? 1 : 0).join("");
}

/** A capacity named in passing stands though the plan or doubt in which it is named is left out. @param {Link} link @param {Claim} claim */
function attestsStill(link, claim) {
  if (!link.office || claim.kind === "Tenure" || filters.kinds.has(claim.kind) || !stands(claim) || !isInTime(claim.bounds)) return false;
  return switchesOf(claim).every((name) => name === "planned" || name === "hedged" || !filters.standings.has(name));
}

/** @param {string} middle @param {number} hops @returns {Set<string>} */
function neighbourhood(middle, hops) {
  const near = new Set([middle]);
  let edge = [middle];
  for (let hop = 0; hop < hops; hop += 1) {
    const next = [];
    for (const id of edge) {
      for (const link of linksOf.get(id) || []) {
        const other = link.from === id ? link.to : link.from;
        if (near.has(other) || !link.claims.some((claim) => shown.claims.has(claim))) continue;
        near.add(other);
        next.push(other);
      }
    }
    edge = next;
  }
  return near;
}

/** Switch one name of a set on or off. @param {Set<string>} set @param {string} name @param {boolean} on */
function switchTo(set, name, on) {
  if (on) set.delete(name);
  else set.add(name);
  refilter();
}

/** Everything as it was at the beginning. */
function resetFilters() {
  filters.groups = new Set([...QUIET, LONERS]);
  for (const set of [filters.standings, filters.documents, filters.origins, filters.kinds]) set.clear();
  Object.assign(filters, { from: "", to: "", undated: false, around: "", hops: 1 });
  refilter();
}
