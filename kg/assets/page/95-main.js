// Where everything is joined: choosing, views, keys, colours, the first drawing.

const TITLE = document.title;

/** Choose something (or nothing): pane, picture, lists and address follow.
 * @param {{node?: string, link?: string, claim?: string, path?: string[]|null}} what */
function select(what) {
  const wasInPane = byId("evidence").contains(document.activeElement);
  Object.assign(selection, { node: what.node || "", link: what.link || "", claim: what.claim || "", path: what.path || null });
  writeAddress(true);
  showSelection();
  approach();
  // what was pressed is gone with the old pane: the keyboard goes on at the top of the new one
  if (wasInPane) byId("evidence").focus({ preventScroll: true });
  const top = byId("evidence").getBoundingClientRect().top;
  if (window.innerWidth <= 760 && (top < 0 || top > window.innerHeight - 60)) byId("evidence").scrollIntoView({ block: "start" });
}

/** Draw what is selected everywhere. @param {boolean} [still] whether the picture should stay where it is */
function showSelection(still) {
  openNeighbourhood();
  lightSelection();
  drawPane();
  drawView();
  if (!still) byId("evidence").scrollTo(0, 0);
  const heading = document.querySelector("#pane h2");
  const words = heading ? heading.textContent || "" : "";
  const isChosen = selection.node || selection.link || selection.claim || selection.path;
  document.title = isChosen ? `${words} · ${TITLE}` : TITLE;
  if (!still) announce(words);
}

/** In a picture too large to draw, what is chosen brings its surroundings. */
function openNeighbourhood() {
  const middle = selection.node || (selection.link && links.get(selection.link)?.from) || "";
  if (!middle || filters.around === middle || [...shown.nodes].length <= SEARCH_FIRST && !(filters.around && entities.size > SEARCH_FIRST)) return;
  if (filters.around && shown.nodes.has(middle) && !selection.node) return;
  Object.assign(filters, { around: middle, hops: 1 });
  refilter();
  fitPicture();
}

function lightSelection() {
  const nodes = new Set();
  const lines = new Set();
  const add = (/** @type {Link} */ link) => { lines.add(link.id); nodes.add(link.from); nodes.add(link.to); };
  if (selection.path) chainsNow().slice(0, 5).forEach((chain) => chain.hops.flat().forEach(({ link }) => add(link)));
  else if (selection.claim) {
    for (const { link } of shown.links.values()) if (link.claims.includes(selection.claim)) add(link);
    const claim = claims.get(selection.claim);
    if (claim) for (const ref of Object.values(claim.roles).flat()) nodes.add(ref.id);
  } else if (selection.link) { const link = links.get(selection.link); if (link) add(link); }
  else if (selection.node) {
    nodes.add(selection.node);
    for (const link of linksOf.get(selection.node) || []) if (shown.links.has(link.id)) add(link);
  }
  light(nodes, lines, nodes.size > 0 && !(filters.around && filters.around === selection.node));
}

function drawView() {
  for (const name of ["picture", "timeline", "table"]) byId(`view-${name}`).hidden = name !== selection.view;
  for (const button of document.querySelectorAll("[data-view]")) button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.view === selection.view));
  if (selection.view === "timeline") drawTimeline();
  if (selection.view === "table") drawTable();
  byId("path-open").setAttribute("aria-pressed", String(Boolean(selection.path)));
  drawHint();
}

/** Say why the picture is empty, where it is. */
function drawHint() {
  let hint = document.getElementById("hint");
  if (!hint) { hint = h("p", { id: "hint" }); byId("view-picture").append(hint); }
  hint.hidden = !isTooMany() && shown.nodes.size > 0;
  hint.textContent = isTooMany() ? `${amount(shown.nodes.size, "name")}: too many for one picture. Find a name, and its surroundings are shown.` : "Nothing passes your filters.";
  const many = [...shown.nodes].filter((id) => picture.nodes && picture.nodes.get(id)).length;
  byId("picture").setAttribute("aria-label", `Picture of ${amount(many, "name")} and ${amount(picture.looks.size, "line")}. The table says the same in words.`);
}

/** @param {string} view */
function chooseView(view) { selection.view = view; writeAddress(true); drawView(); if (view === "picture") picture.network.redraw(); }

/** Colours were read from the style; when the style changes they are read anew. */
function recolour() { paints.clear(); picture.looks.clear(); picture.version += 1; restyle(); }

function wire() {
  const field = /** @type {HTMLInputElement} */ (byId("q"));
  nameField(field, byId("q-list"), byId("q-none"), (id) => { field.value = ""; select({ node: id }); byId("evidence").focus({ preventScroll: true }); centre(id); });
  byId("home").addEventListener("click", () => { select({}); fitPicture(); });
  byId("path-open").addEventListener("click", () => { select({ path: [selection.node, ""] }); byId(selection.path && selection.path[0] ? "path-to" : "path-from").focus(); });
  for (const button of document.querySelectorAll("[data-view]")) button.addEventListener("click", () => chooseView(/** @type {HTMLElement} */ (button).dataset.view || "picture"));
  const zoom = (/** @type {number} */ by) => { picture.whole = false; picture.network.moveTo({ scale: picture.network.getScale() * by }); };
  byId("more").addEventListener("click", () => {
    const open = byId("more-body").hidden;
    byId("more-body").hidden = !open;
    byId("more").setAttribute("aria-expanded", String(open));
  });
  byId("zoom-in").addEventListener("click", () => zoom(1.3));
  byId("zoom-out").addEventListener("click", () => zoom(1 / 1.3));
  byId("fit").addEventListener("click", () => fitPicture());
  byId("png").addEventListener("click", savePng);
  byId("svg").addEventListener("click", saveSvg);
  /** @type {HTMLElement} */ (document.querySelector(".skip")).addEventListener("click", (event) => { event.preventDefault(); byId("evidence").focus(); });
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) { field.focus(); event.preventDefault(); }
    if (event.key === "Escape" && !typing) select({});
  });
  window.addEventListener("hashchange", fromAddress);
  window.addEventListener("popstate", fromAddress);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
  window.addEventListener("beforeprint", beforePrint);
  window.addEventListener("afterprint", afterPrint);
}

/** Paper is white and sharper than a screen: it gets the picture in light colours and as drawing, not as dots. */
function beforePrint() {
  document.documentElement.dataset.print = "yes";
  recolour();
  const drawing = svgOfPicture();
  drawing.id = "printed";
  afterPrint.drawing?.remove();
  afterPrint.drawing = drawing;
  byId("picture").append(drawing);
}

function afterPrint() {
  delete document.documentElement.dataset.print;
  afterPrint.drawing?.remove();
  recolour();
}
/** @type {Element|null} */
afterPrint.drawing = null;

/** Bring a name into sight without a jump where it is seen already. @param {string} id */
function centre(id) {
  const node = picture.network && picture.nodes.get(id);
  if (!node) return;
  const at = picture.network.canvasToDOM(picture.network.getPosition(id));
  const room = byId("picture");
  if (at.x > 60 && at.y > 60 && at.x < room.clientWidth - 60 && at.y < room.clientHeight - 60) return;
  picture.whole = false;
  picture.network.moveTo({ position: picture.network.getPosition(id) });
}

let lastAddress = "";
function fromAddress() {
  if (location.hash === lastAddress) return;
  lastAddress = location.hash;
  readAddress();
  refilter();
  showSelection();
  approach();
}

function openPage() {
  byId("app").hidden = false;
  // on a small screen the legend would leave no room for the picture
  if (window.innerWidth <= 1180) byId("key").removeAttribute("open");
  wire();
  readAddress();
  refilter();
  drawLegend();
  openPicture((what) => select(what));
  onFilters.push(syncPicture, drawLegend, () => { lightSelection(); drawPane(); drawView(); writeAddress(); });
  showSelection(true);
  approach();
  if (selection.node) centre(selection.node);
  document.documentElement.dataset.ready = "yes";
}

openPage();
