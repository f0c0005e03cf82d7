// A claim as a card: what is said, how firm, by whom, when, and where the words stand. The denial stands beside the denied.

/** @param {Claim} claim @returns {HTMLElement} */
function claimCard(claim) {
  const standing = standingOf(claim);
  return h("article", { class: `card ${standing.status}`, "data-claim": claim.id, "data-status": standing.status },
    h("p", { class: "says" }, claim.says),
    h("p", { class: "standing" }, lineIcon(lineMark(standing)), standingWords(standing).join(" · ")),
    denialNotes(claim),
    h("dl", {}, factRows(claim)),
    claim.rests_on.length ? basedOn(claim) : null,
    claim.denies.length ? h("div", { class: "aside" }, h("p", {}, "This denies:"), claim.denies.map(claimLine)) : null,
    h("p", { class: "card-foot" }, h("a", { href: `#${permalink({ claim: claim.id })}`, class: "id" }, claim.id),
      h("button", { type: "button", class: "quiet", on: { click: (/** @type {Event} */ event) => copyCitation(claim, /** @type {HTMLElement} */ (event.currentTarget)) } }, "Copy citation")));
}

/** @param {Claim} claim */
function denialNotes(claim) {
  /** @type {[string[], string][]} */
  const both = [[claim.denied_by, "Denied"], [claim.may_be_denied_by, "Perhaps denied: how far the denial reaches is the curator’s reading"]];
  const notes = both.flatMap(([ids, words]) => ids.map((id) => {
    const denial = claims.get(id);
    return h("div", { class: "denial" }, h("p", { class: "denial-name" }, words), denial ? claimLine(id) : h("p", {}, id),
      denial && denial.document ? h("p", { class: "small" }, placeOf(denial)) : null);
  }));
  if (!notes.length && claim.disputed) notes.push(h("div", { class: "denial" }, h("p", { class: "denial-name" }, "Disputed")));
  return notes;
}

/** @param {string} id @returns {HTMLElement} a claim as one line that leads to its card */
function claimLine(id) {
  const claim = claims.get(id);
  if (!claim) return h("p", {}, id);
  const words = caveat(claim);
  return h("p", { class: "line" }, h("a", { href: `#${permalink({ claim: id })}` }, claim.says),
    words === "inferred by the curator" ? null : caveatNote(words, " (", ")"));
}

/** A caveat in its colour: accusations and denials warn. @param {string} words @param {string} [before] @param {string} [after] */
function caveatNote(words, before = " ", after = "") {
  if (!words) return null;
  return h("span", { class: /^alleged|denied/i.test(words) ? "caveat warn" : "caveat" }, `${before}${words}${after}`);
}

/** @param {Claim} claim */
function basedOn(claim) {
  return h("div", { class: "aside" }, h("p", {}, "The curator concludes this from:"), claim.rests_on.map(claimLine));
}

/** @param {Claim} claim @returns {Node[]} */
function factRows(claim) {
  /** @type {[string, any][]} */
  const rows = [];
  const chain = chainOf(claim);
  if (chain.length) rows.push([sentence(saidWord(claim)), chain.flatMap((name, at) => [at ? h("span", { class: "via" }, " → ") : null, h("bdi", {}, name)])]);
  if (claim.verb) rows.push(["The text’s word", `“${claim.verb}”`]);
  if (claim.said_on) rows.push(["Said on", dateWords(claim.said_on)]);
  if (claim.date) rows.push(["Date", h("span", { title: claim.date }, whenWords(claim))]);
  for (const [name, value] of Object.entries(claim.values)) rows.push([sentence(kindWords(name)), valueWords(value)]);
  if (claim.date_words) rows.push(["The text’s date", `“${claim.date_words}”`]);
  if (claim.date_note) rows.push(["How dated", claim.date_note]);
  if (claim.because) rows.push(["Because", claim.because]);
  if (claim.note) rows.push(["Note", claim.note]);
  const saying = claim.said_in ? (claimsAbout.get(claim.said_in) || [])[0] : undefined;
  if (saying && saying !== claim) rows.push(["Said in", claimLine(saying.id)]);
  if (claim.document) rows.push(["Where", placeOf(claim)]);
  return rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]);
}

/** @param {string} text */
function sentence(text) { return text.charAt(0).toUpperCase() + text.slice(1).replace(/_/g, " "); }

/** @param {any} value @returns {string} */
function valueWords(value) {
  if (Array.isArray(value)) return value.map(valueWords).join("; ");
  if (value === true) return "yes";
  if (!value || typeof value !== "object") return String(value);
  if ("currency" in value) return [value.approximate ? "about" : "", value.value ?? value.amount, value.currency].filter(Boolean).join(" ");
  return Object.values(value).map(valueWords).filter(Boolean).join(" ");
}

/** Where the words stand, linked so that the browser scrolls to them. @param {Claim} claim @returns {Node[]} */
function placeOf(claim) {
  const source = claim.document ? sources.get(claim.document) : undefined;
  const where = `${claim.paragraph ? `paragraph ${claim.paragraph}` : ""}${claim.words ? `, “${claim.words}”` : ""}`;
  const title = source ? source.title : claim.document || "";
  const address = source ? fragmentLink(source, claim.words || "") : "";
  const link = address ? h("a", { href: address, rel: "noreferrer noopener", target: "_blank", class: "source" }, title) : h("cite", {}, title);
  const published = source && source.published ? ` (${dateWords(source.published)})` : "";
  return [link, document.createTextNode(`${published}, ${where}`)];
}

/** @param {Claim} claim @returns {string} a claim for a footnote: never without claimant, standing and denial */
function citation(claim) {
  const source = claim.document ? sources.get(claim.document) : undefined;
  const by = deniers(claim).join(" and ");
  const parts = [claim.says, `[${standingWords(standingOf(claim)).join(", ")}${by ? `; denied by ${by}` : ""}; ${chainOf(claim).join(" → ")}]`];
  if (source) {
    parts.push(`${source.title}${source.published ? `, ${source.published}` : ""}, ¶ ${claim.paragraph} “${claim.words}”${source.url ? `, ${source.url}` : ""}`);
  }
  if (claim.because) parts.push(`Because: ${claim.because}`);
  return `${parts.join(". ")}. (${claim.id})`;
}

/** @param {Claim} claim @param {HTMLElement} button */
async function copyCitation(claim, button) {
  const text = citation(claim);
  let done = true;
  try { await navigator.clipboard.writeText(text); } catch { done = copyByHand(text); }
  button.textContent = done ? "Copied" : "Copying was refused";
  announce(button.textContent);
  setTimeout(() => { button.textContent = "Copy citation"; }, 2000);
}

/** Browsers without a clipboard for files still copy a selection. @param {string} text @returns {boolean} */
function copyByHand(text) {
  const box = /** @type {HTMLTextAreaElement} */ (h("textarea", { class: "unseen", "aria-hidden": "true" }));
  box.value = text;
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  return done;
}
