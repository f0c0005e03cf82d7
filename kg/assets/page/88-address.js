// What is selected and what is filtered stands in the address after the #, so a page can be pointed at and reloaded.

const SETS = /** @type {[("standings"|"documents"|"origins"|"kinds"), string][]} */ ([["standings", "no"], ["documents", "without"], ["origins", "origins"], ["kinds", "kinds"]]);

/** @param {{node?: string, link?: string, claim?: string, path?: string[]|null}} what @returns {string} the address of it under the filters of now */
function permalink(what) {
  const address = new URLSearchParams();
  if (what.path) address.set("p", JSON.stringify(what.path));
  else if (what.claim) address.set("c", what.claim);
  else if (what.link) address.set("l", what.link);
  else if (what.node) address.set("e", what.node);
  const hide = [...filters.groups].filter((group) => !QUIET.has(group) && group !== LONERS);
  const also = [...QUIET, LONERS].filter((group) => !filters.groups.has(group));
  if (hide.length) address.set("hide", JSON.stringify(hide));
  if (also.length) address.set("also", JSON.stringify(also));
  for (const [name, key] of SETS) if (filters[name].size) address.set(key, JSON.stringify([...filters[name]].sort()));
  if (filters.from) address.set("from", filters.from);
  if (filters.to) address.set("to", filters.to);
  if (filters.undated) address.set("undated", "1");
  if (filters.around) address.set("near", JSON.stringify([filters.around, filters.hops]));
  if (selection.view !== "picture") address.set("view", selection.view);
  return address.toString().replace(/%2F/g, "/");
}

/** @param {URLSearchParams} address @param {string} key @returns {string[]} */
function listIn(address, key) {
  try {
    const list = JSON.parse(address.get(key) || "[]");
    return Array.isArray(list) ? list.map(String) : [];
  } catch { return []; }
}

/** Take over what the address says; what it does not say is as at the beginning. */
function readAddress() {
  const address = new URLSearchParams(location.hash.slice(1));
  filters.groups = new Set([...QUIET, LONERS].filter((group) => !listIn(address, "also").includes(group)).concat(listIn(address, "hide")));
  for (const [name, key] of SETS) filters[name] = new Set(listIn(address, key));
  const [around, hops] = listIn(address, "near");
  Object.assign(filters, { from: address.get("from") || "", to: address.get("to") || "", undated: address.has("undated"),
    around: entities.has(around) ? around : "", hops: hops === "2" ? 2 : 1 });
  const path = listIn(address, "p");
  const view = address.get("view") || "picture";
  Object.assign(selection, { node: address.get("e") || "", link: address.get("l") || "", claim: address.get("c") || "",
    path: address.has("p") ? [path[0] || "", path[1] || ""] : null, view: ["picture", "timeline", "table"].includes(view) ? view : "picture" });
}

/** Write the address of now. @param {boolean} [step] whether the way back should lead here */
function writeAddress(step) {
  const address = `#${permalink(selection)}`;
  if (address === (location.hash || "#")) return;
  if (step) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  lastAddress = location.hash;
}
