"use strict";

/** @typedef {{name: string, title: string, note: string, query: string}} Question */
/** @typedef {{term: string, about: string}} Term */
/** @typedef {{type: string, value: string, datatype?: string, "xml:lang"?: string}} Value as the JSON format of results has it */
/** @typedef {Object<string, Value>} Row */

/** @type {Object<string, string>} */
const ROWS = { JSON: "application/sparql-results+json", CSV: "text/csv", TSV: "text/tab-separated-values", XML: "application/sparql-results+xml" };
/** @type {Object<string, string>} */
const GRAPH = { Turtle: "text/turtle", "N-Triples": "application/n-triples", "RDF/XML": "application/rdf+xml", "JSON-LD": "application/ld+json" };
/** @type {Object<string, string>} */
const ENDINGS = { JSON: "json", CSV: "csv", TSV: "tsv", XML: "xml", Turtle: "ttl", "N-Triples": "nt", "RDF/XML": "rdf", "JSON-LD": "jsonld" };
const MOST_SHOWN = 2000;
const MOST_LABELLED = 500;
const MOST_OFFERED = 30;

/** @param {string} id @returns {HTMLElement} */
const at = id => /** @type {HTMLElement} */ (document.getElementById(id));
const field = /** @type {HTMLTextAreaElement} */ (at("query"));
const examples = /** @type {HTMLSelectElement} */ (at("examples"));
const saveAs = /** @type {HTMLSelectElement} */ (at("save-as"));
/** @type {{prefixes: Object<string, string>, questions: Question[], terms: Term[]}} */
let known = { prefixes: {}, questions: [], terms: [] };
/** @type {AbortController|null} */
let running = null;
let asked = "";
/** @type {Term[]} */
let offered = [];
let chosen = -1;

/** Makes an element with text, never with markup.
 * @param {string} name @param {string} [text] @param {Object<string, string>} [attributes] */
function made(name, text, attributes = {}) {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}

// ---- what the graph knows

async function begin() {
  const reply = await fetch("/editor.json");
  if (!reply.ok) {
    complain(await reply.text());
    return;
  }
  known = await reply.json();
  for (const question of known.questions) examples.append(made("option", question.title, { value: question.name }));
  for (const [name, iri] of Object.entries(known.prefixes)) at("prefixes").append(made("dt", `${name}:`), made("dd", iri));
  const typed = new URLSearchParams(location.search).get("query");
  field.value = typed || "SELECT ?a ?b\nWHERE { ?a arms:met ?b }\n";
  document.documentElement.dataset.ready = "yes";
  if (typed) ask();
}

function takeExample() {
  const question = known.questions.find(each => each.name === examples.value);
  at("about").hidden = !question || !question.note;
  if (!question) return;
  at("about").textContent = question.note;
  field.value = question.query;
  field.scrollTop = 0;
}

// ---- asking

/** @param {string} query @param {string} types @param {AbortSignal} [signal] */
async function sent(query, types, signal) {
  return fetch("/sparql", {
    method: "POST", body: query, signal,
    headers: { "Content-Type": "application/sparql-query", Accept: types, Prefer: "handling=lenient" },
  });
}

async function ask() {
  if (running) running.abort();
  const mine = running = new AbortController();
  asked = field.value;
  at("problem").hidden = true;
  at("stop").removeAttribute("disabled");
  at("save").setAttribute("disabled", "");
  at("answer").replaceChildren();
  at("status").textContent = "Asking …";
  const began = performance.now();
  try {
    const reply = await sent(asked, `${ROWS.JSON}, text/turtle;q=0.9`, mine.signal);
    const text = await reply.text();
    if (mine !== running) return;
    if (!reply.ok) {
      complain(text);
      return;
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(2);
    history.replaceState(null, "", `/sparql?query=${encodeURIComponent(asked)}`);
    await show(reply, text, seconds);
  } catch {
    if (mine === running) complain(mine.signal.aborted ? "Stopped." : "The server cannot be reached; is kg serve still running?");
  } finally {
    if (mine === running) { running = null; at("stop").setAttribute("disabled", ""); }
  }
}

/** @param {Response} reply @param {string} text @param {string} seconds */
async function show(reply, text, seconds) {
  const limit = reply.headers.get("KG-Cut");
  const cut = limit === "rows" ? " The limit of rows cut it." : limit === "seconds" ? " The limit of time cut it." : "";
  const isRows = (reply.headers.get("Content-Type") || "").startsWith(ROWS.JSON);
  saveAs.replaceChildren(...Object.keys(isRows ? ROWS : GRAPH).map(name => made("option", name, { value: name })));
  at("save").removeAttribute("disabled");
  if (!isRows) {
    at("answer").replaceChildren(made("pre", text));
    at("status").textContent = `Triples, in ${seconds} s.${cut}`;
    return;
  }
  const found = JSON.parse(text);
  if ("boolean" in found) {
    at("answer").replaceChildren(made("p", found.boolean ? "yes" : "no"));
    at("status").textContent = `Answered in ${seconds} s.`;
    return;
  }
  const rows = found.results.bindings;
  const more = rows.length > MOST_SHOWN ? ` The first ${MOST_SHOWN} are shown; Save has them all.` : "";
  at("status").textContent = `${rows.length} ${rows.length === 1 ? "row" : "rows"} in ${seconds} s.${cut}${more}`;
  at("answer").replaceChildren(table(found.head.vars, rows.slice(0, MOST_SHOWN)));
  await addLabels();
}

/** @param {string[]} names @param {Row[]} rows */
function table(names, rows) {
  const head = made("tr");
  head.append(...names.map(name => made("th", name, { scope: "col" })));
  const body = made("tbody");
  for (const row of rows) {
    const line = made("tr");
    line.append(...names.map(name => cell(row[name])));
    body.append(line);
  }
  const whole = made("table");
  const top = made("thead");
  top.append(head);
  whole.append(top, body);
  return whole;
}

/** @param {Value|undefined} term */
function cell(term) {
  if (!term) return made("td", "");
  if (term.type !== "uri") return made("td", term.type === "bnode" ? `_:${term.value}` : term.value, { title: term.datatype || term["xml:lang"] || "" });
  const shown = made("td", undefined, { "data-iri": term.value });
  shown.append(made("span", shortened(term.value)));
  return shown;
}

/** @param {string} iri */
function shortened(iri) {
  const fitting = Object.entries(known.prefixes).filter(([, space]) => iri.startsWith(space)).sort((a, b) => b[1].length - a[1].length);
  if (!fitting.length) return `<${iri}>`;
  const [name, space] = fitting[0];
  const rest = iri.slice(space.length);
  return /^[\w/-]+$/.test(rest) ? `${name}:${rest}` : `<${iri}>`;
}

/** Puts the labels of this graph's things before their addresses; one query asks for them all. */
async function addLabels() {
  const cells = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("td[data-iri]")]);
  const iris = [...new Set(cells.map(each => each.dataset.iri || ""))].filter(iri => !/[\s<>"{}|^`\\]/.test(iri)).slice(0, MOST_LABELLED);
  if (!iris.length) return;
  const told = known.prefixes.said;
  const declared = (/** @type {string} */ iri) => (iri.startsWith(told) ? known.prefixes.arms + iri.slice(told.length) : iri);
  const query = `SELECT ?iri (MIN(STR(?text)) AS ?label) WHERE { VALUES ?iri { ${iris.map(iri => `<${declared(iri)}>`).join(" ")} } ?iri rdfs:label ?text } GROUP BY ?iri`;
  const reply = await sent(query, ROWS.JSON);
  if (!reply.ok) return;
  /** @type {Row[]} */
  const rows = (await reply.json()).results.bindings;
  const labels = new Map(rows.map(row => [row.iri.value, row.label.value]));
  for (const each of cells) {
    const label = labels.get(declared(each.dataset.iri || ""));
    if (!label) continue;
    /** @type {Element} */ (each.firstElementChild).className = "iri";
    each.prepend(made("span", label, { class: "label" }));
  }
}

/** @param {string} text */
function complain(text) {
  at("status").textContent = "No answer.";
  at("problem").textContent = text.trim();
  at("problem").hidden = false;
}

async function save() {
  const form = saveAs.value;
  const reply = await sent(asked, { ...ROWS, ...GRAPH }[form]);
  if (!reply.ok) {
    complain(await reply.text());
    return;
  }
  const address = URL.createObjectURL(await reply.blob());
  made("a", "", { href: address, download: `answer.${ENDINGS[form]}` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

// ---- terms offered while typing

/** Returns the beginning of a prefixed name before the cursor; nothing inside a text, an address or a comment. */
function beginning() {
  if (field.selectionStart !== field.selectionEnd) return "";
  const line = field.value.slice(0, field.selectionStart).split("\n").pop() || "";
  const match = /(?:^|[\s({[;,.|/^!])([A-Za-z]\w*:?[\w-]*)$/.exec(line);
  const before = match ? line.slice(0, match.index) : "";
  const inside = (before.match(/"/g) || []).length % 2 || (before.match(/'/g) || []).length % 2 || /(^|\s)#/.test(before);
  return match && !inside ? match[1] : "";
}

function offer() {
  const start = beginning();
  const lower = start.toLowerCase();
  const hidden = start.length < 2;
  const names = hidden ? [] : Object.keys(known.prefixes).filter(name => name.startsWith(lower)).map(name => ({ term: `${name}:`, about: known.prefixes[name] }));
  const terms = hidden ? [] : known.terms.filter(each => each.term.toLowerCase().startsWith(lower) && each.term !== start);
  offered = [...names, ...terms].slice(0, MOST_OFFERED);
  at("offers").replaceChildren(...offered.map((each, number) => {
    const line = made("li", undefined, { role: "option", id: `offer-${number}`, "aria-selected": "false" });
    line.append(made("b", each.term), made("span", each.about));
    line.addEventListener("mousedown", event => { event.preventDefault(); take(number); });
    return line;
  }));
  at("offers").hidden = !offered.length;
  choose(-1);
}

/** @param {number} number */
function choose(number) {
  chosen = number;
  [...at("offers").children].forEach((line, place) => line.setAttribute("aria-selected", String(place === number)));
  if (number < 0) {
    field.removeAttribute("aria-activedescendant");
    return;
  }
  field.setAttribute("aria-activedescendant", `offer-${number}`);
  at("offers").children[number].scrollIntoView({ block: "nearest" });
}

/** @param {number} number */
function take(number) {
  const start = field.selectionStart - beginning().length;
  field.setRangeText(offered[number].term, start, field.selectionStart, "end");
  field.focus();
  offer();
}

function withdraw() {
  offered = [];
  at("offers").hidden = true;
  choose(-1);
}

/** @param {KeyboardEvent} event */
function key(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    withdraw();
    ask();
  } else if (offered.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    choose((chosen + (event.key === "ArrowDown" ? 1 : offered.length + (chosen < 0 ? 0 : -1))) % offered.length);
  } else if (offered.length && (event.key === "Tab" || (event.key === "Enter" && chosen >= 0)) && !event.shiftKey) {
    event.preventDefault();
    take(Math.max(chosen, 0));
  } else if (offered.length && event.key === "Escape") {
    event.preventDefault();
    withdraw();
  }
}

at("ask").addEventListener("submit", event => { event.preventDefault(); ask(); });
at("stop").addEventListener("click", () => { if (running) running.abort(); });
at("save").addEventListener("click", save);
examples.addEventListener("change", takeExample);
field.addEventListener("input", offer);
field.addEventListener("keydown", key);
field.addEventListener("blur", withdraw);
begin();
