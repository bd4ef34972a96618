// One SIM: its fields, what can be done to it, what was done to it.

import { changes } from "./activity.js";
import { get, post } from "./api.js";
import { button, byId, confirmed, element, number, replace, statusOf, text, timeOf, toast } from "./dom.js";

let shown = null; // { provider, iccid }
let answer = null;
let goBack = () => {};

export function start(back) {
  goBack = back;
}

export async function select(provider, iccid) {
  const is = { provider, iccid };
  const isNew = !shown || shown.provider !== provider || shown.iccid !== iccid;
  shown = iccid ? is : null;
  byId("list").hidden = Boolean(iccid);
  byId("sim").hidden = !iccid;
  if (!iccid) {
    replace(byId("sim"));
    return;
  }
  if (isNew) answer = null;
  await load(isNew);
}

export const concerns = (provider, iccid) =>
  shown !== null && shown.provider === provider && shown.iccid === iccid;

export async function load(isNew = false) {
  if (!shown) return;
  const wanted = shown;
  let sim;
  try {
    sim = await get("sim", wanted);
  } catch (error) {
    if (wanted !== shown) return;
    replace(byId("sim"), back(), element("h2", { id: "sim-title", tabindex: -1 }, wanted.iccid), answer, element("p", { class: "empty" }, error.message));
    return;
  }
  if (wanted === shown) draw(sim, isNew);
}

const back = () => button("← All SIMs", goBack, { id: "back" });

function draw(sim, isNew) {
  const focused = document.activeElement?.dataset?.change;
  const typed = new Map([...byId("sim").querySelectorAll("input")].map((input) => [input.name, input.value]));
  const title = element("h2", { id: "sim-title", tabindex: -1 }, sim.iccid);
  replace(
    byId("sim"),
    back(),
    element("header", {}, title, statusOf(sim), element("span", {}, sim.label ?? "")),
    element("div", { class: "changes", role: "group", "aria-label": "Change this SIM" },
      ...sim.changes.filter((change) => !change.ask).map((change) => plain(sim, change))),
    element("div", { class: "asks" },
      ...sim.changes.filter((change) => change.ask).map((change) => asking(sim, change, typed))),
    answer,
    element("h3", {}, "As the vendor has it"),
    element("dl", { class: "fieldlist" }, ...Object.entries(sim.fields).map(field)),
    element("h3", {}, "What was done to it"),
    ...ledger(sim),
  );
  if (isNew) title.focus();
  else if (focused) byId("sim").querySelector(`[data-change="${CSS.escape(focused)}"]`)?.focus();
}

function plain(sim, change) {
  return button(change.title, () => carryOut(sim, change, ""), look(sim, change));
}

function look(sim, change) {
  return {
    "data-change": change.name,
    class: change.possible ? (change.final ? "danger" : null) : "faint",
    title: change.possible ? change.operation : `${change.operation}: not for a SIM that is ${sim.status}, try what the vendor says`,
  };
}

function asking(sim, change, typed) {
  const input = element("input", {
    name: change.name, maxlength: change.longest, placeholder: change.ask, "aria-label": change.ask, required: true, autocomplete: "off",
  });
  input.value = typed.get(change.name) ?? "";
  const send = (event) => {
    event.preventDefault();
    const given = input.value;
    input.value = "";
    carryOut(sim, change, given);
  };
  return element("form", { class: "row", onsubmit: send }, input,
    element("button", { type: "submit", ...look(sim, change) }, change.title));
}

async function carryOut(sim, change, given) {
  if (change.final && !(await confirmed(`${change.title} ${sim.iccid}? There is no way back but a reset.`, change.title))) return;
  try {
    const told = await post("sim/change", { provider: sim.provider, iccid: sim.iccid, change: change.name, text: given });
    answer = answered(told);
    toast(`${change.title}: ${told.status || "no answer"}`);
  } catch (error) {
    toast(error.message);
    return;
  }
  await load();
}

function answered(told) {
  const isBad = !(told.status >= 200 && told.status < 300);
  const body = told.body === null ? "" : JSON.stringify(told.body);
  return element("p", { class: "answer", "data-bad": String(isBad) },
    element("span", { class: "code", "data-class": String(told.status)[0] }, String(told.status || "no answer")),
    " ", element("code", {}, `${told.method} ${told.path}`),
    told.reason ? element("div", {}, told.reason) : null,
    body ? element("div", {}, element("code", {}, body.length > 400 ? `${body.slice(0, 400)}…` : body)) : null);
}

function field([name, value]) {
  const isBroad = typeof value === "object" && value !== null;
  return element("div", { class: isBroad ? "broad" : null }, element("dt", {}, name), element("dd", {}, text(value)));
}

function ledger(sim) {
  if (!sim.effects.length) return [element("p", { class: "empty" }, "Nothing yet: the SIM is as the seed made it.")];
  const rows = [...sim.effects].reverse().map((effect) =>
    element("tr", {}, element("td", {}, timeOf(effect.time)), element("td", {}, effect.operation), element("td", {}, changes(effect.changed))));
  const table = element("table", {},
    element("thead", {}, element("tr", {}, ...["Time", "Operation", "Change"].map((title) => element("th", { scope: "col" }, title)))),
    element("tbody", { id: "ledger" }, ...rows));
  return [table, sim.earlier ? element("p", { class: "empty" }, `and ${number(sim.earlier)} before`) : null];
}
