// Scripts of what is to go wrong: a form that knows the members of each effect, and the list.

import { atMostEvery, get, post, remove } from "./api.js";
import { byId, element, replace, toast } from "./dom.js";

let effects = [];
let vendors = [];

export function start(knownEffects, knownVendors) {
  effects = knownEffects;
  vendors = knownVendors;
  const form = byId("fault");
  const effect = element("select", { name: "effect", id: "fault-effect", onchange: drawFields },
    ...effects.map((one) => element("option", { value: one.effect }, one.title)));
  const provider = element("select", { name: "provider", id: "fault-provider", onchange: drawFields },
    element("option", { value: "" }, "any"),
    ...vendors.map((vendor) => element("option", { value: vendor.id }, vendor.id)));
  replace(form,
    element("label", { class: "broad" }, "What goes wrong", effect),
    element("label", {}, "Vendor", provider),
    element("div", { id: "fault-fields", class: "fields broad" }),
    element("div", { class: "row broad" },
      element("button", { type: "submit", class: "main" }, "Add fault"),
      element("p", { id: "fault-error", class: "bad", role: "alert" })));
  form.addEventListener("submit", add);
  byId("clear-faults").addEventListener("click", async () => {
    try {
      await remove("faults");
      refresh();
    } catch (error) {
      toast(error.message);
    }
  });
  drawFields();
  refresh();
}

function drawFields() {
  const chosen = effects.find((one) => one.effect === byId("fault-effect").value);
  const holder = byId("fault-fields");
  const typed = new Map([...holder.querySelectorAll("[name]")].map((input) => [input.name, input.value]));
  const usual = chosen.fields.filter((field) => !field.rare).map((field) => drawn(field, typed));
  const rare = chosen.fields.filter((field) => field.rare).map((field) => drawn(field, typed));
  replace(holder, ...usual, rare.length
    ? element("details", {}, element("summary", {}, "More"), element("div", { class: "fields" }, ...rare))
    : null);
}

function drawn(field, typed) {
  const shared = { name: field.name, "data-kind": field.kind, required: field.needed };
  let input;
  if (field.kind === "choice") {
    input = element("select", shared, ...field.choices.map((choice) => element("option", { value: choice }, choice)));
  } else if (field.kind === "operation") {
    const provider = byId("fault-provider").value;
    const known = vendors.filter((vendor) => !provider || vendor.id === provider).flatMap((vendor) => vendor.operations);
    input = element("select", shared, element("option", { value: "" }, "any"),
      ...[...new Set(known)].sort().map((name) => element("option", { value: name }, name)));
  } else if (field.kind === "text") {
    input = element("input", { ...shared, placeholder: field.default, autocomplete: "off" });
  } else {
    input = element("input", { ...shared, type: "number", step: field.kind === "integer" ? 1 : "any", min: 0, placeholder: field.default });
  }
  const before = typed.get(field.name);
  if (before) input.value = before;
  return element("label", {}, field.title, input);
}

async function add(event) {
  event.preventDefault();
  const fault = {};
  for (const input of byId("fault").querySelectorAll("[name]")) {
    if (input.value === "") continue;
    const isNumber = input.dataset.kind === "integer" || input.dataset.kind === "number";
    fault[input.name] = isNumber ? Number(input.value) : input.value;
  }
  try {
    await post("faults", fault);
    byId("fault-error").textContent = "";
    toast("Fault added");
  } catch (error) {
    byId("fault-error").textContent = error.message;
  }
  refresh();
}

export const refresh = atMostEvery(300, async () => {
  try {
    draw(await get("faults"));
  } catch {
    // The connection state says it.
  }
});

function draw(report) {
  byId("clear-faults").disabled = report.faults.length === 0;
  byId("faults-empty").hidden = report.faults.length > 0;
  replace(byId("faults"), ...report.faults.map(script));
}

function script({ number, fault, matched, fired, consumed }) {
  const { effect, ...rest } = fault;
  const known = effects.find((one) => one.effect === effect);
  const about = Object.entries(rest).map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`);
  return element("li", { "data-number": number },
    element("div", {}, `${number}. ${known ? known.title : effect}`),
    element("small", {}, [...about, `fired ${fired} of ${matched} matches`, consumed ? "done" : "waiting"].join(" · ")));
}
