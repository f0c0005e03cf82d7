// Elements are made here and nowhere else: text goes in as text, so no name can become markup.

/** @typedef {Node|string|number|null|undefined|false|any[]} Child */

/**
 * Make an element. `on` holds listeners; other attributes are set as they are, except those that could run or fetch.
 * @param {string} tag
 * @param {Object<string, any>} [attributes]
 * @param {...(Child|Child[])} children
 * @returns {HTMLElement}
 */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (name === "href") { const safe = webAddress(value); if (safe) element.setAttribute("href", safe); }
    else if (!/^(on|style|src)/.test(name)) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...nodesOf(children));
  return element;
}

/** @param {any[]} children @returns {(Node|string)[]} */
function nodesOf(children) {
  return children.flat(3).filter((child) => child !== null && child !== undefined && child !== false && child !== "")
    .map((child) => (child instanceof Node ? child : String(child)));
}

/** Only the web and places in this page may be linked to. @param {string} address @returns {string} */
function webAddress(address) {
  const text = String(address || "").trim();
  if (text.startsWith("#")) return text;
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? text : "";
  } catch { return ""; }
}

/** @param {string} id @returns {HTMLElement} */
function byId(id) { return /** @type {HTMLElement} */ (document.getElementById(id)); }

/** @param {Element} element @param {...any} children */
function fill(element, ...children) { element.replaceChildren(...nodesOf(children)); }

/** @param {string} tag @param {Object<string, any>} attributes @param {...Node} children @returns {SVGElement} */
function s(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** @param {number} count @param {string} one @param {string} [many] */
function amount(count, one, many) { return `${count.toLocaleString("en")} ${count === 1 ? one : many || `${one}s`}`; }

/** Say something to those who listen instead of looking. @param {string} text */
function announce(text) { byId("said").textContent = text; }

/**
 * A long list, shown by pages so that nobody waits for thousands of rows.
 * @template T
 * @param {HTMLElement} list @param {T[]} rows @param {(row: T) => Node} draw @param {number} [step]
 */
function paged(list, rows, draw, step = 60) {
  let shown = 0;
  const more = h("button", { type: "button", class: "more", on: { click: next } });
  const holder = h("div", { class: "paged" }, list, more);
  function next() {
    list.append(...rows.slice(shown, shown + step).map(draw));
    shown = Math.min(rows.length, shown + step);
    more.hidden = shown >= rows.length;
    more.textContent = `Show ${Math.min(step, rows.length - shown)} more of ${rows.length - shown}`;
  }
  next();
  return holder;
}
