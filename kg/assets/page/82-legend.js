// The legend is the filter: each mark is a switch with its count.

/** @param {string} name @param {Element} icon @param {number} count @param {Set<string>} set @param {string} [help] */
function chip(name, icon, count, set, help) {
  const on = !set.has(name);
  return h("button", { type: "button", class: "chip", "aria-pressed": String(on), "data-switch": name, title: help || null,
    on: { click: () => switchTo(set, name, set.has(name)) } }, icon, h("span", { class: "chip-name" }, name), h("span", { class: "number" }, count.toLocaleString("en")));
}

const LONER_COUNT = [...entities.values()].filter((entity) => entity.step && !(linksOf.get(entity.id) || []).length).length;

/** Draw the switches with their counts as they are now; the focus stays where it was. */
function drawLegend() {
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.switch : "";
  const perGroup = new Map();
  for (const entity of entities.values()) perGroup.set(entity.legend, (perGroup.get(entity.legend) || 0) + 1);
  fill(byId("groups"), legend.filter((row) => perGroup.get(row.group)).map((row) =>
    chip(row.group, groupIcon(row.group), perGroup.get(row.group), filters.groups, row.kinds.map(kindWords).join(", "))));
  const counts = countStandings();
  const firmOnly = ["alleged", "planned", "hedged", "inferred"];
  const isFirm = firmOnly.every((name) => !counts[name] || filters.standings.has(name));
  const isMixed = firmOnly.some((name) => counts[name]);
  fill(byId("lines"), STANDINGS.filter((name) => counts[name]).map((name) => chip(name, lineIcon(switchMark(name)), counts[name], filters.standings, STANDING_HELP[name])));
  fill(byId("firm-only"), isMixed && h("button", { type: "button", class: "quiet", "data-switch": "firm only", on: { click: () => {
      filters.standings = new Set(isFirm ? [] : firmOnly);
      refilter();
    } } }, isFirm ? "All claims" : "Firm claims only"));
  const isWithout = !filters.groups.has(LONERS);
  if (LONER_COUNT) byId("firm-only").append(h("button", { type: "button", class: "quiet", "data-switch": LONERS, "aria-pressed": String(isWithout),
    title: "Names that claims speak of without tying them to another name", on: { click: () => switchTo(filters.groups, LONERS, !isWithout) } },
  isWithout ? "Hide names without a line" : `Also ${amount(LONER_COUNT, "name")} without a line`));
  drawMore();
  if (focused) {
    const again = [...document.querySelectorAll("[data-switch]")].find((element) => /** @type {HTMLElement} */ (element).dataset.switch === focused);
    if (again) /** @type {HTMLElement} */ (again).focus();
  }
  drawCounts();
}

function drawCounts() {
  const parties = [...shown.nodes].filter((id) => { const entity = entities.get(id); return entity && entity.step; }).length;
  const all = [...entities.values()].filter((entity) => entity.step).length;
  const parts = [`${parties.toLocaleString("en")} of ${amount(all, "name")}`, `${shown.links.size.toLocaleString("en")} of ${amount(links.size, "line")}`,
    filters.around ? "" : `${shown.claims.size.toLocaleString("en")} of ${amount(claims.size, "claim")}`].filter(Boolean);
  const undated = shown.undatedLeftOut ? ` ${amount(shown.undatedLeftOut, "undated claim")} left out by the time range.` : "";
  const around = filters.around ? ` Only what is around ${labelOf(filters.around)}.` : "";
  const isAll = !isNarrowed() && !filters.around && filters.groups.size === QUIET.size + 1;
  fill(byId("counts"), h("span", {}, `${parts.join(" · ")} shown.${around}${undated}`),
    isAll ? null : h("button", { type: "button", class: "quiet", on: { click: () => { resetFilters(); fitPicture(); } } }, "Show everything"));
  byId("key-short").textContent = isAll ? "" : "(narrowed)";
}

/** @returns {string[]} the months between the first and the last dated claim, or the years where the months are too many */
function timeSteps() {
  const dates = [...claims.values()].flatMap((claim) => [claim.bounds[0], claim.bounds[1]]).filter((date) => typeof date === "string").sort();
  if (!dates.length) return [];
  const [first, last] = [String(dates[0]).slice(0, 7), String(dates[dates.length - 1]).slice(0, 7)];
  const steps = [];
  for (let year = Number(first.slice(0, 4)); year <= Number(last.slice(0, 4)); year += 1) {
    for (let month = 1; month <= 12; month += 1) {
      const step = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}`;
      if (step >= first && step <= last) steps.push(step);
    }
  }
  return steps.length <= 600 ? steps : [...new Set(steps.map((step) => step.slice(0, 4)))];
}
const TIME = timeSteps();

/** @param {"from"|"to"} end @returns {HTMLElement} */
function timeSlider(end) {
  const at = filters[end] ? Math.max(0, TIME.indexOf(filters[end])) : end === "from" ? 0 : TIME.length - 1;
  const text = h("output", {}, dateWords(TIME[at]));
  const change = (/** @type {Event} */ event) => {
    const value = Number(/** @type {HTMLInputElement} */ (event.target).value);
    filters[end] = value === (end === "from" ? 0 : TIME.length - 1) ? "" : TIME[value];
    const [low, high] = [filters.from, filters.to];
    if (low && high && low > high) filters[end === "from" ? "to" : "from"] = filters[end];
    refilter();
  };
  const range = h("input", { type: "range", min: 0, max: TIME.length - 1, value: at, "data-switch": end, "aria-label": end === "from" ? "From" : "To",
    "aria-valuetext": dateWords(TIME[at]), on: { input: (/** @type {Event} */ event) => {
      text.textContent = dateWords(TIME[Number(/** @type {HTMLInputElement} */ (event.target).value)]);
    }, change } });
  return h("label", { class: "time" }, h("span", {}, end === "from" ? "from" : "to"), range, text);
}

/** @param {string} heading @param {[string, string, number][]} rows id, words, count @param {Set<string>} set */
function checkList(heading, rows, set) {
  const list = h("ul", { class: "checks" });
  const draw = (/** @type {[string, string, number]} */ [id, words, count]) => h("li", {}, h("label", {},
    h("input", { type: "checkbox", checked: !set.has(id), "data-switch": `${heading} ${id}`, on: { change: (/** @type {Event} */ event) =>
      switchTo(set, id, /** @type {HTMLInputElement} */ (event.target).checked) } }),
    h("span", {}, words), h("span", { class: "number" }, count.toLocaleString("en"))));
  return h("fieldset", {}, h("legend", {}, heading), paged(list, rows, draw, 12));
}

/** @template T @param {Iterable<T>} rows @param {(row: T) => string[]} keys @returns {[string, number][]} most frequent first */
function tally(rows, keys) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const row of rows) for (const key of keys(row)) counts.set(key, (counts.get(key) || 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

const TALLIES = {
  origins: tally(claims.values(), originsOf), kinds: tally(claims.values(), (claim) => [claim.kind]),
};

function drawMore() {
  const time = TIME.length < 2 ? null : h("fieldset", { class: "times" }, h("legend", {}, "Time"), timeSlider("from"), timeSlider("to"),
    h("label", {}, h("input", { type: "checkbox", checked: filters.undated, "data-switch": "undated", on: { change: (/** @type {Event} */ event) => {
      filters.undated = /** @type {HTMLInputElement} */ (event.target).checked;
      refilter();
    } } }), h("span", {}, "keep what has no date")));
  fill(byId("more-body"), time,
    checkList("Documents", [...sources.values()].map((source) => [source.id, source.title, source.claims]), filters.documents),
    checkList("Who said it first", TALLIES.origins.map(([id, count]) => [id, labelOf(id), count]), filters.origins),
    checkList("Kinds of claim", TALLIES.kinds.map(([kind, count]) => [kind, kindWords(kind), count]), filters.kinds));
}
