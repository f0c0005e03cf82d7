// What the page knows: the program's own answers, indexed. Maps, not objects: an id may be called "constructor".

/**
 * @typedef {{id: string, label: string, as?: string}} Ref
 * @typedef {{id: string, kind: string, label: string, legend: string, step: boolean, claims: number,
 *   names: {name: string, documents?: string[]}[], x: number, y: number, size: number, lines: string[]}} Entity
 * @typedef {{id: string, document?: string, kind: string, event: string, says: string, roles: Object<string, Ref[]>,
 *   values: Object<string, any>, date: string, date_from: string, bounds: (string|null)[], status: string, mode: string,
 *   hedge: string, verb: string, said_by: Ref[], said_in: string, said_on: string, paragraph?: number, words?: string,
 *   inferred: boolean, rests_on: string[], denies: string[], denied_by: string[], may_be_denied_by: string[],
 *   disputed: boolean, note: string, because: string, date_words: string, date_note: string, origins?: string[]}} Claim
 * @typedef {{id: string, from: string, to: string, event: string, kind: string, label: string, back: string, date: string,
 *   bounds: (string|null)[], status: string, mode: string, hedge: string, inferred: boolean, disputed: boolean,
 *   office: boolean, claims: string[], documents: string[], origins: string[], bend: number}} Link
 * @typedef {{id: string, title: string, publisher: string, reporter: string, language: string, published: string,
 *   url: string, claims: number}} Source
 */

const RAW = JSON.parse(byId("kg-data").textContent || "{}");

/** The rows of a table written as lists of values; 0 stands for a missing field. @param {string} name @returns {any[]} */
function rowsOf(name) {
  const { fields, rows } = RAW.view[name];
  return rows.map((/** @type {any[]} */ values) => {
    /** @type {Object<string, any>} */
    const row = {};
    values.forEach((value, at) => { if (value !== 0) row[fields[at]] = value; });
    return row;
  });
}

const ENTITY_BLANK = { names: [], step: false, claims: 0, kind: "", legend: "" };
const CLAIM_BLANK = {
  roles: {}, values: {}, date: "", date_from: "", bounds: [null, null], hedge: "", verb: "", said_by: [], said_in: "",
  said_on: "", inferred: false, rests_on: [], denies: [], denied_by: [], may_be_denied_by: [], disputed: false, note: "", because: "", date_words: "", date_note: "",
  status: "asserted", mode: "done",
};
const LINK_BLANK = {
  date: "", bounds: [null, null], hedge: "", inferred: false, disputed: false, office: false, claims: [], documents: [],
  origins: [], status: "asserted", mode: "done", event: "", label: "", back: "", bend: 0,
};
const SOURCE_BLANK = { title: "", publisher: "", reporter: "", language: "", published: "", url: "", claims: 0 };

/** @type {Map<string, Entity>} */
const entities = new Map(rowsOf("entities").map((/** @type {any} */ row, /** @type {number} */ at) =>
  [row.id, { ...ENTITY_BLANK, ...row, ...RAW.nodes[at], lines: wrap(RAW.nodes[at].label) }]));
/** Who speaks without being an entity, such as nobody named. @type {Map<string, string>} */
const otherLabels = new Map();
/** @type {Map<string, Claim>} */
const claims = new Map();
/** @type {Map<string, Link>} */
const links = new Map();
/** @type {Map<string, Source>} */
const sources = new Map(rowsOf("documents").map((/** @type {any} */ row) => [row.id, { ...SOURCE_BLANK, ...row }]));
for (const row of rowsOf("claims")) claims.set(row.id, wholeClaim(row));
rowsOf("links").forEach((/** @type {any} */ row, /** @type {number} */ at) => {
  const documents = row.documents || [...new Set((row.claims || []).map((/** @type {string} */ id) => claims.get(id)?.document).filter(Boolean))];
  const event = row.event || claims.get((row.claims || [])[0])?.event || "";
  links.set(row.id, { ...LINK_BLANK, ...row, event, back: row.back || row.label || "", documents, ...RAW.edges[at] });
});

/** Documents name their outlets by label. @type {Map<string, string>} */
const idOfOutlet = new Map([...entities.values()].filter((entity) => !entity.step).map((entity) => [entity.label, entity.id]));

/** Fill in what the page leaves out of a claim because it follows from the rest. @param {any} row @returns {Claim} */
function wholeClaim(row) {
  const implied = row.id.slice(0, Math.max(0, row.id.lastIndexOf("/")));
  const whole = { ...CLAIM_BLANK, event: row.id, ...row };
  const refs = (/** @type {any[]} */ several) => several.map((ref) => (typeof ref === "string" ? { id: ref } : ref));
  whole.roles = Object.fromEntries(Object.entries(whole.roles).map(([name, several]) => [name, refs(several)]));
  whole.said_by = refs(whole.said_by);
  if (!row.document && !row.loose && sources.has(implied)) whole.document = implied;
  for (const ref of [.../** @type {any[]} */ (Object.values(whole.roles)).flat(), ...whole.said_by]) if (!ref.label) ref.label = labelOf(ref.id);
  return whole;
}

for (const claim of claims.values()) for (const ref of claim.said_by) if (!entities.has(ref.id)) otherLabels.set(ref.id, ref.label);

/** @type {Map<string, Link[]>} links of an entity */
const linksOf = new Map();
/** @type {Map<string, Claim[]>} claims in which an entity has a role, or which are about it */
const claimsOf = new Map();
/** @type {Map<string, Claim[]>} claims an entity stands behind */
const saidBy = new Map();
/** @type {Map<string, Claim[]>} claims about one event */
const claimsAbout = new Map();

/** @template T @param {Map<string, T[]>} map @param {string} key @param {T} value */
function put(map, key, value) {
  const list = map.get(key);
  if (!list) map.set(key, [value]);
  else if (list[list.length - 1] !== value) list.push(value);
}

for (const link of links.values()) { put(linksOf, link.from, link); put(linksOf, link.to, link); }
for (const claim of claims.values()) {
  const named = new Set(Object.values(claim.roles).flat().map((ref) => ref.id));
  if (claim.event) { put(claimsAbout, claim.event, claim); named.add(claim.event); }
  for (const id of named) put(claimsOf, id, claim);
  for (const ref of claim.said_by) put(saidBy, ref.id, claim);
}
bendRepeats();

/** Links of one pair are bent apart, so that a second meeting is seen as a second line. */
function bendRepeats() {
  /** @type {Map<string, Link[]>} */
  const pairs = new Map();
  for (const link of links.values()) put(pairs, [link.from, link.to].sort().join("\n"), link);
  for (const several of pairs.values()) {
    if (several.length < 2) continue;
    several.forEach((link, at) => {
      const bend = (at - (several.length - 1) / 2) * Math.min(0.28, 1.1 / several.length);
      link.bend = link.from < link.to ? bend : -bend;
    });
  }
}

/** Break a label as the layout did when it made room for it. @param {string} label @returns {string[]} */
function wrap(label) {
  const lines = [""];
  for (const word of String(label).split(/\s+/).filter(Boolean)) {
    if (lines[lines.length - 1] && lines[lines.length - 1].length + word.length >= 17) lines.push("");
    lines[lines.length - 1] = `${lines[lines.length - 1]} ${word}`.trim();
  }
  const cut = lines.slice(0, 3).map((line) => (line.length > 22 ? `${line.slice(0, 21)}…` : line));
  if (lines.length > 3 && !cut[2].endsWith("…")) cut[2] += "…";
  return cut;
}

/** @param {string} id @returns {string} the label, or the id itself where nothing is known of it */
function labelOf(id) {
  const found = entities.get(id);
  return found ? found.label : otherLabels.get(id) || id;
}

/** Split "JointProduction" for readers. @param {string} kind */
function kindWords(kind) { return String(kind || "").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase(); }

/** @param {Link} link @param {string} from @returns {{wording: string, other: string}} the link as read from one end */
function readFrom(link, from) {
  return link.from === from ? { wording: link.label, other: link.to } : { wording: link.back || link.label, other: link.from };
}

/** Who tells it first: the first to say so, else the document's reporter. @param {Claim} claim @returns {string[]} */
function originsOf(claim) {
  if (claim.origins) return claim.origins;
  if (claim.said_by.length) return [claim.said_by[0].id];
  const source = claim.document ? sources.get(claim.document) : undefined;
  return source && source.reporter && !claim.inferred ? [idOfOutlet.get(source.reporter) || source.reporter] : [];
}
