// What is shown. One set of filters rules picture, timeline, table, counts and paths alike.

const QUIET = new Set(legend.map((row) => row.group).filter((group) =>
  [...entities.values()].every((entity) => entity.legend !== group || !entity.step)));
const STANDINGS = ["asserted", "reported", "alleged", "planned", "hedged", "denied", "inferred"];

const filters = {
  /** @type {Set<string>} legend groups switched off */ groups: new Set(QUIET),
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

/** @param {Claim} claim @param {Set<string>} [seen] @returns {boolean} */
function passes(claim, seen = new Set()) {
  if (switchesOf(claim).some((name) => filters.standings.has(name)) || filters.kinds.has(claim.kind)) return false;
  if (claim.document && filters.documents.has(claim.document)) return false;
  const origins = originsOf(claim);
  if (origins.length && origins.every((origin) => filters.origins.has(origin))) return false;
  // what the curator concludes falls with what it rests on
  seen.add(claim.id);
  return claim.rests_on.every((id) => { const base = claims.get(id); return !base || seen.has(id) || passes(base, seen); });
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
  const narrowed = isNarrowed();
  const found = new Set();
  for (const entity of entities.values()) {
    if (filters.groups.has(entity.legend) || (near && !near.has(entity.id))) continue;
    if (!narrowed || linked.has(entity.id) || (claimsOf.get(entity.id) || []).some((claim) => shown.claims.has(claim.id))) found.add(entity.id);
  }
  return found;
}

/** A link with the claims that pass, and how firm those leave it. @param {Link} link */
function standingShown(link) {
  const own = link.claims.map((id) => claims.get(id)).filter((claim) => claim !== undefined);
  const kept = own.filter((claim) => shown.claims.has(claim.id));
  if (!kept.length) return null;
  if (kept.length === own.length) return { link, claims: kept, standing: standingOf(link), bounds: link.bounds };
  const firmest = kept.reduce((best, claim) => (firmness(standingOf(claim)) > firmness(standingOf(best)) ? claim : best));
  return { link, claims: kept, standing: standingOf(firmest), bounds: firmest.bounds };
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
  filters.groups = new Set(QUIET);
  for (const set of [filters.standings, filters.documents, filters.origins, filters.kinds]) set.clear();
  Object.assign(filters, { from: "", to: "", undated: false, around: "", hops: 1 });
  refilter();
}
