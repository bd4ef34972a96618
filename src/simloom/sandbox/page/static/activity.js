// The log of requests and the log of everything else that happens.

import { byId, element, replace, text, timeOf } from "./dom.js";

const MOST = 200;
const cells = new Map(); // journal number -> the cell of its duration
let paused = false;
let waiting = [];

export function start() {
  const pause = byId("pause");
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    if (!paused) {
      const held = waiting;
      waiting = [];
      for (const [kind, data] of held) add(kind, data, true);
    }
    showWaiting();
  });
}

export function clear() {
  cells.clear();
  waiting = [];
  showWaiting();
  replace(byId("requests"));
  replace(byId("events"));
  showEmpty();
}

export function add(kind, data, fresh) {
  if (paused) {
    waiting = [...waiting.slice(1 - MOST), [kind, data]];
    showWaiting();
  } else if (kind === "request") {
    put(byId("requests"), request(data), fresh);
  } else if (KINDS[kind]) {
    put(byId("events"), happening(kind, data), fresh);
  }
  showEmpty();
}

export function timed(took) {
  for (const [number, milliseconds] of took) {
    const cell = cells.get(number);
    if (cell) cell.textContent = duration(milliseconds);
  }
}

function showWaiting() {
  byId("pause").textContent = paused ? `Resume (${waiting.length})` : "Pause";
}

function showEmpty() {
  for (const id of ["requests", "events"]) {
    byId(`${id}-empty`).hidden = byId(id).childElementCount > 0;
  }
}

function put(list, row, fresh) {
  if (fresh) row.classList.add("fresh");
  list.prepend(row);
  while (list.childElementCount > MOST) {
    cells.delete(Number(list.lastElementChild.dataset.number));
    list.lastElementChild.remove();
  }
}

const duration = (milliseconds) =>
  milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;

function request(data) {
  const took = element("td", { class: "number" }, "–");
  cells.set(data.number, took);
  const code = data.status || "none";
  const what = [data.provider, ...(data.fault === null ? [] : [`fault ${data.fault}`]), data.path];
  return element(
    "tr",
    { "data-number": data.number },
    element("td", {}, timeOf(data.time)),
    element(
      "td",
      {},
      element("div", {}, element("b", {}, data.method), ` ${data.operationId || "no operation"}`),
      element("div", { class: "line", title: data.path }, element("small", {}, what.join(" \u00b7 "))),
      data.reason ? element("div", {}, element("small", { class: "bad" }, data.reason)) : null,
    ),
    element(
      "td",
      {},
      element("span", { class: "code", "data-class": String(data.status)[0] }, String(code)),
    ),
    took,
  );
}

const KINDS = {
  effect: (data) => [data.operation, data.iccid, changes(data.changed)],
  event: (data) => [data.event, data.data.iccid, data.data.message],
  "stream-opened": (data) => ["stream opened", data.eventType],
  "stream-closed": (data) => ["stream closed", data.eventType, data.end],
  webhook: (data) => ["webhook", data.event, data.state],
  gap: (data) => ["missed", `${data.missed} things happened too fast to be shown`],
};

function happening(kind, data) {
  const [title, about, more] = KINDS[kind](data);
  const said = [data.provider, about, more].filter((part) => part).map(text).join(" · ");
  return element(
    "li",
    { "data-kind": kind },
    timeOf(data.time || data.closed || data.opened || ""),
    element(
      "span",
      {},
      element("span", { class: "kind" }, text(title)),
      " ",
      element("span", { class: "sort" }, kind.split("-")[0]),
      " ",
      element("small", {}, said),
    ),
    kind === "effect" || kind === "gap"
      ? null
      : element(
        "details",
        {},
        element("summary", {}, kind === "event" ? "payload" : "details"),
        element("pre", {}, JSON.stringify(kind === "event" ? data.data : data, null, 2)),
      ),
  );
}

// "status: Active → Suspended"
export function changes(changed) {
  return Object.entries(changed)
    .map(([name, { from, to }]) => {
      if (from === null) return `${name}: ${short(to)}`;
      return `${name}: ${short(from)} → ${to === null ? "nothing" : short(to)}`;
    })
    .join(", ");
}

function short(value) {
  const shown = text(value);
  return shown.length > 60 ? `${shown.slice(0, 59)}…` : shown;
}
