// How dates, standings and claimants are said. One wording for cards, lists, table, timeline and picture.

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const SEASONS = { 21: "spring", 22: "summer", 23: "autumn", 24: "winter" };

/** Say an EDTF date in words; what is not understood stays as it is. @param {string} text @returns {string} */
function dateWords(text) {
  const date = String(text || "");
  const set = /^\[([^\]]*)\.\.([^\]]*)\]$/.exec(date);
  if (set) {
    const [, first, last] = set;
    if (!first) return `${dateWords(last)} or before`;
    if (!last) return `${dateWords(first)} or after`;
    return `between ${dateWords(first)} and ${dateWords(last)}`;
  }
  const span = /^([^/]+)\/([^/]+)$/.exec(date);
  if (span) {
    if (span[1] === "..") return `until ${dateWords(span[2])}`;
    return span[2] === ".." ? `since ${dateWords(span[1])}` : `${dateWords(span[1])} to ${dateWords(span[2])}`;
  }
  const plain = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?([~?%]?)$/.exec(date);
  if (!plain) return date;
  const [, year, month, day, doubt] = plain;
  const season = month && SEASONS[/** @type {21} */ (Number(month))];
  const monthName = season || (month && MONTHS[Number(month) - 1]);
  if (month && !monthName) return date;
  const words = [day && Number(day), monthName, year].filter(Boolean).join(" ");
  return ({ "~": "about ", "?": "perhaps ", "%": "perhaps about " }[doubt] || "") + words;
}

/** @param {Claim} claim @returns {string} the date and where it comes from */
function whenWords(claim) {
  if (!claim.date) return "";
  const from = { event: ", as told of the same event", bound: ", worked out from when it was said" }[claim.date_from] || "";
  return dateWords(claim.date) + from;
}

/**
 * @typedef {{status: string, told: string, alleged: boolean, planned: boolean, inferred: boolean, hedged: boolean, denied: boolean, perhaps: boolean,
 *   not: boolean, ongoing: boolean, hedge: string}} Standing
 */

/** @param {Claim|Link} row @returns {Standing} */
function standingOf(row) {
  const own = "denied_by" in row ? [row] : row.claims.map((id) => claims.get(id)).filter((claim) => claim !== undefined);
  return {
    status: row.inferred ? "inferred" : row.status, told: row.status, alleged: row.status === "alleged", planned: row.mode === "planned", ongoing: row.mode === "ongoing",
    not: row.mode === "not", inferred: row.inferred, hedged: Boolean(row.hedge), hedge: row.hedge,
    denied: own.some((claim) => claim.denied_by.length > 0) || (row.disputed && !own.some((claim) => claim.may_be_denied_by.length)),
    perhaps: own.some((claim) => claim.may_be_denied_by.length > 0),
  };
}

/** @param {Standing} standing @returns {string[]} */
function standingWords(standing) {
  const words = [standing.inferred ? "inferred by the curator" : standing.status];
  if (standing.planned) words.push("planned");
  if (standing.ongoing) words.push("ongoing");
  if (standing.not) words.push("said not to be so");
  if (standing.hedged) words.push(`hedged: “${standing.hedge}”`);
  if (standing.denied) words.push("denied");
  else if (standing.perhaps) words.push("perhaps denied");
  return words.filter(Boolean);
}

/** Who says so, first speaker first, then everybody it passed through. @param {Claim} claim @returns {string[]} */
function chainOf(claim) {
  if (claim.inferred && !claim.document) return ["the curator"];
  const source = claim.document ? sources.get(claim.document) : undefined;
  const chain = claim.said_by.map((ref) => ref.label || labelOf(ref.id));
  if (source) for (const id of [source.reporter, source.publisher]) if (id) chain.push(labelOf(id));
  return chain.filter((name, at) => at === 0 || name !== chain[at - 1]);
}

/** What those in the chain of a claim have done: nobody says what the curator concludes from a document.
 * @param {Claim} claim @returns {string} */
function saidWord(claim) { return claim.inferred && claim.document ? "drawn from" : "said by"; }

/** Whose word an accusation is: shown wherever the accusation is. @param {Claim|Link} row @returns {string} */
function accuser(row) {
  const own = "said_by" in row ? [row] : row.claims.map((id) => claims.get(id)).filter((claim) => claim !== undefined);
  return [...new Set(own.map((claim) => chainOf(claim)[0]).filter(Boolean))].join(" and ");
}

/** @param {Claim|Link} row @returns {string[]} who denied it, by label */
function deniers(row) {
  const own = "denied_by" in row ? [row] : row.claims.map((id) => claims.get(id)).filter((claim) => claim !== undefined);
  const denials = own.flatMap((claim) => [...claim.denied_by, ...claim.may_be_denied_by]).map((id) => claims.get(id));
  return [...new Set(denials.flatMap((claim) => (claim && claim.roles.denier ? claim.roles.denier.map((ref) => ref.label) : [])))];
}

/** The standing of a link or claim in one short line; never an accusation without its claimant, nor a denied claim without
 * its denier. @param {Claim|Link} row @param {Standing} [standing] @returns {string} empty where it is plainly done */
function caveat(row, standing = standingOf(row)) {
  const words = standingWords(standing).filter((word) => word !== "asserted" && word !== "reported" && word !== "ongoing")
    .map((word) => (word === "alleged" ? `alleged by ${accuser(row)}` : word));
  const by = deniers(row).join(" and ");
  return words.map((word) => (word.endsWith("denied") && by ? `${word} by ${by}` : word)).join(", ");
}

/** Half a surrogate pair cannot stand in an address. @param {string} text @returns {string} */
function encoded(text) { return encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, "\ufffd")); }

/** The address with a text fragment, so that the browser scrolls to the words. @param {Source} source @param {string} words */
function fragmentLink(source, words) {
  const base = webAddress(source.url);
  if (!base || base.startsWith("#") || !words) return base;
  const parts = words.split("…").map((part) => encoded(part.trim()).replace(/-/g, "%2D")).filter(Boolean);
  return `${base}${base.includes("#") ? "" : "#"}:~:text=${[parts[0], ...parts.slice(1).slice(-1)].join(",")}`;
}
