// Search by any spelling. Only spellings that stand in the data find something; likeness merely suggests.

/** @type {{key: string, name: string, entity: Entity}[]} */
const spelt = [];
for (const entity of entities.values()) {
  for (const name of new Set([entity.label, ...entity.names.map((one) => one.name), entity.id])) spelt.push({ key: fold(name), name, entity });
}

/** @param {string} typed @returns {{entity: Entity, name: string, guess: boolean}[]} best first */
function findNames(typed) {
  const wanted = fold(typed);
  if (!wanted) return [];
  const ranked = [];
  for (const { key, name, entity } of spelt) {
    const at = ` ${key}`.indexOf(` ${wanted}`);
    const rank = key === wanted ? 0 : at === 0 ? 1 : at > 0 ? 2 : key.includes(wanted) ? 3 : wanted.split(" ").every((part) => key.includes(part)) ? 4 : 9;
    if (rank < 9) ranked.push({ rank, entity, name, guess: false });
  }
  if (!ranked.length) return guesses(wanted);
  ranked.sort((a, b) => a.rank - b.rank || Number(b.entity.step) - Number(a.entity.step) || b.entity.size - a.entity.size || a.entity.label.localeCompare(b.entity.label));
  const seen = new Set();
  return ranked.filter(({ entity }) => !seen.has(entity.id) && seen.add(entity.id)).slice(0, 12);
}

/** Names a slip or two away; names with digits are never guessed. @param {string} wanted */
function guesses(wanted) {
  if (wanted.length < 4 || /\d/.test(wanted)) return [];
  const allowed = wanted.length < 5 ? 1 : 2;
  const seen = new Set();
  const found = [];
  for (const { key, name, entity } of spelt) {
    if (/\d/.test(key) || seen.has(entity.id)) continue;
    if (![key, ...key.split(" ")].some((part) => slips(part, wanted, allowed) <= allowed)) continue;
    seen.add(entity.id);
    found.push({ entity, name, guess: true });
    if (found.length === 6) break;
  }
  return found;
}

/** How many letters must change, at most one more than `limit`. @param {string} a @param {string} b @param {number} limit */
function slips(a, b, limit) {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const now = [i];
    for (let j = 1; j <= b.length; j += 1) {
      now.push(Math.min(before[j] + 1, now[j - 1] + 1, before[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    if (Math.min(...now) > limit) return limit + 1;
    before = now;
  }
  return before[b.length];
}

/**
 * Make a text field a combobox over the names.
 * @param {HTMLInputElement} field @param {HTMLElement} list @param {HTMLElement} none @param {(id: string) => void} choose
 */
function nameField(field, list, none, choose) {
  /** @type {{entity: Entity, name: string, guess: boolean}[]} */
  let found = [];
  let at = -1;
  const close = () => { list.hidden = true; at = -1; field.setAttribute("aria-expanded", "false"); field.removeAttribute("aria-activedescendant"); };
  const take = (/** @type {number} */ index) => { const one = found[index]; if (one) { close(); none.hidden = true; choose(one.entity.id); } };
  const mark = () => [...list.children].forEach((item, index) => {
    item.setAttribute("aria-selected", String(index === at));
    if (index === at) { field.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
  });
  const look = () => {
    found = findNames(field.value);
    at = found.length && !found[0].guess ? 0 : -1;
    fill(list, found.map((one, index) => nameOption(one, `${list.id}-${index}`, () => take(index))));
    list.hidden = !found.length;
    field.setAttribute("aria-expanded", String(found.length > 0));
    const empty = fold(field.value) && (!found.length || found[0].guess);
    none.hidden = !empty;
    none.textContent = empty ? (found.length ? "No such spelling. Did you mean one of these?" : "No such spelling.") : "";
    mark();
  };
  field.addEventListener("input", look);
  field.addEventListener("focus", () => { if (field.value) look(); });
  field.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== field) close(); }, 150));
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) look();
      at = Math.max(0, Math.min(found.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)));
      mark();
      event.preventDefault();
    } else if (event.key === "Enter") { take(at); event.preventDefault(); } else if (event.key === "Escape") { field.value = ""; none.hidden = true; close(); event.stopPropagation(); }
  });
}

/** @param {{entity: Entity, name: string, guess: boolean}} one @param {string} id @param {() => void} take */
function nameOption({ entity, name }, id, take) {
  return h("li", { role: "option", id, "aria-selected": "false", on: { mousedown: (/** @type {Event} */ event) => { event.preventDefault(); take(); } } },
    groupIcon(entity.legend), h("span", {}, h("bdi", {}, entity.label), name !== entity.label ? h("span", { class: "small" }, " written ", h("bdi", {}, name)) : null),
    h("span", { class: "small right" }, kindWords(entity.kind)));
}
