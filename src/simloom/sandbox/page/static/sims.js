// The vendors as tabs, their SIMs as pages, the search.

import { get } from "./api.js";
import { button, byId, element, number, replace, statusOf, toast } from "./dom.js";

const SIZE = 12;
let vendors = [];
let shown = { provider: null, status: null, query: "", page: 1 };
let pages = 1;
let open = () => {};
let asking = new AbortController();

// choose(provider) and openSim(iccid) lead to another address of the page.
export function start(found, choose, openSim) {
  vendors = found;
  open = openSim;
  replace(
    byId("vendors"),
    ...vendors.map((vendor) =>
      button(vendor.id, () => choose(vendor.id), {
        role: "tab", id: `tab-${vendor.id}`, "aria-controls": "vendor",
      }),
    ),
  );
  byId("vendors").addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const ends = { Home: 0, End: vendors.length - 1 }[event.key];
    if (step === undefined && ends === undefined) return;
    event.preventDefault();
    const here = vendors.findIndex((vendor) => vendor.id === shown.provider);
    const next = ends ?? (here + step + vendors.length) % vendors.length;
    choose(vendors[next].id);
    byId(`tab-${vendors[next].id}`).focus();
  });
  let typing;
  byId("query").addEventListener("input", (event) => {
    clearTimeout(typing);
    const query = event.target.value.trim();
    typing = setTimeout(() => {
      if (query === shown.query) return;
      shown = { ...shown, query, page: 1 };
      load();
    }, 200);
  });
  byId("find").addEventListener("submit", (event) => event.preventDefault());
}

export function select(provider) {
  if (provider !== shown.provider) {
    shown = { provider, status: null, query: "", page: 1 };
    byId("query").value = "";
    replace(byId("rows"));
    load();
  }
  for (const vendor of vendors) {
    const tab = byId(`tab-${vendor.id}`);
    tab.setAttribute("aria-selected", String(vendor.id === provider));
    tab.tabIndex = vendor.id === provider ? 0 : -1;
  }
  byId("vendor").setAttribute("aria-labelledby", `tab-${provider}`);
  byId("label-title").textContent = current().label;
  byId("notes").hidden = current().notes.length === 0;
  replace(byId("note-list"), ...current().notes.map((note) => element("li", {}, note)));
  byId("docs").href = `/_sandbox/docs/${encodeURIComponent(provider)}`;
  drawCounts();
}

// Takes new counts; the page of SIMs is asked for again if something concerned its vendor.
export function update(counts, touched) {
  vendors = vendors.map((vendor) => ({ ...vendor, ...counts[vendor.id] }));
  drawCounts();
  if (touched.has(shown.provider) && !shown.query) load(true);
}

const current = () => vendors.find((vendor) => vendor.id === shown.provider);

function drawCounts() {
  for (const vendor of vendors) {
    const tab = byId(`tab-${vendor.id}`);
    replace(tab, vendor.id, " ", element("span", {}, number(vendor.sims)));
  }
  const vendor = current();
  if (!vendor) return;
  const focused = document.activeElement?.dataset?.status;
  const chips = vendor.statuses
    .filter((one) => one.count > 0 || one.status === shown.status)
    .map((one) => chip(one.status, one.status, one.count, one.tone));
  replace(byId("statuses"), chip("All", null, vendor.sims, null), ...chips);
  if (focused !== undefined) {
    byId("statuses").querySelector(`[data-status="${CSS.escape(focused)}"]`)?.focus();
  }
}

function chip(title, status, count, tone) {
  const choose = () => {
    shown = { ...shown, status, page: 1 };
    drawCounts();
    load();
  };
  const made = button(title, choose, {
    "aria-pressed": String(shown.status === status), "data-tone": tone, "data-status": status ?? "",
  });
  made.append(" ", element("span", {}, number(count)));
  return made;
}

async function load(quiet = false) {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    await (shown.query ? search(signal) : turn(signal, quiet));
  } catch (error) {
    if (error.name !== "AbortError") toast(error.message);
  }
}

async function turn(signal, quiet) {
  const wanted = { provider: shown.provider, status: shown.status, page: shown.page, size: SIZE };
  const found = await get("sims", wanted, signal);
  shown.page = found.page;
  pages = found.pages;
  drawRows(found.sims, quiet);
  const first = (found.page - 1) * SIZE + 1;
  const last = first + found.sims.length - 1;
  say(found.total ? `${number(first)}–${number(last)} of ${number(found.total)}` : "No SIMs");
  drawPager();
}

async function search(signal, cursor = null, before = []) {
  const { provider, status, query } = shown;
  let rows = before;
  let next = cursor;
  const enough = before.length + SIZE;
  const all = current().sims;
  replace(byId("pages"), button("Stop", () => asking.abort()));
  do {
    const size = enough - rows.length;
    const found = await get("sims", { provider, status, q: query, size, cursor: next }, signal);
    rows = [...rows, ...found.sims];
    next = found.next;
    drawRows(rows, false);
    say(next ? `${rows.length} found, ${number(found.searched)} of ${number(all)} searched` : `${rows.length} found`);
  } while (next && rows.length < enough);
  const more = button("More", () => {
    asking.abort();
    asking = new AbortController();
    search(asking.signal, next, rows).catch((error) => {
      if (error.name !== "AbortError") toast(error.message);
    });
  });
  replace(byId("pages"), next ? more : null);
}

function say(words) {
  byId("found").textContent = words;
}

function drawPager() {
  const go = (page) => () => {
    shown.page = Math.min(Math.max(1, page), pages);
    load();
  };
  const field = element("input", {
    type: "number", min: 1, max: pages, value: shown.page, "aria-label": `Page, of ${pages}`,
    onchange: (event) => go(Number(event.target.value) || 1)(),
  });
  // Not while somebody types into it or is about to press it.
  const focused = document.activeElement;
  const place = [...byId("pages").children].indexOf(focused);
  if (focused?.tagName === "INPUT" && place >= 0 && Number(focused.value) !== shown.page) return;
  replace(
    byId("pages"),
    button("Previous", go(shown.page - 1), { disabled: shown.page <= 1 }),
    field,
    `of ${number(pages)}`,
    button("Next", go(shown.page + 1), { disabled: shown.page >= pages }),
  );
  if (place >= 0) byId("pages").children[place]?.focus();
}

function drawRows(sims, quiet) {
  const body = byId("rows");
  const focused = document.activeElement?.dataset?.iccid;
  const before = new Map([...body.rows].map((row) => [row.dataset.iccid, row.dataset.status]));
  replace(body, ...sims.map((sim) => {
    const old = before.get(sim.iccid);
    return row(sim, quiet && old !== undefined && old !== sim.status);
  }));
  if (focused) body.querySelector(`button[data-iccid="${CSS.escape(focused)}"]`)?.focus();
}

function row(sim, fresh) {
  return element(
    "tr",
    { "data-iccid": sim.iccid, "data-status": sim.status, class: fresh ? "fresh" : null },
    element(
      "td",
      {},
      button(sim.iccid, () => open(sim.iccid), { class: "iccid", "data-iccid": sim.iccid }),
      sim.changed ? element("span", { class: "mark" }, "changed") : null,
    ),
    element("td", {}, sim.label ?? "–"),
    element("td", { class: "mono" }, sim.msisdn ?? "–"),
    element("td", {}, statusOf(sim)),
  );
}
