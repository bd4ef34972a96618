// Puts the parts together. The address after # is the vendor and, if one is open, the SIM.

import * as activity from "./activity.js";
import { atMostEvery, get, post } from "./api.js";
import * as clock from "./clock.js";
import { byId, confirmed, toast } from "./dom.js";
import * as faults from "./faults.js";
import * as limits from "./limits.js";
import { listen } from "./live.js";
import * as sim from "./sim.js";
import * as sims from "./sims.js";

let providers = [];
let heard = 0; // the number of the last thing that was shown
let early = []; // what came before the page was ready
let place = 0;
let started = false;
let touched = new Set(); // the vendors whose SIMs may have changed
let simTouched = false;

const refresh = atMostEvery(400, async () => {
  const which = touched;
  const withSim = simTouched;
  touched = new Set();
  simTouched = false;
  try {
    const told = await get("timings", { after: place });
    place = told.place;
    activity.timed(told.took);
    clock.set(told.clock);
    sims.update(told.vendors, which);
    if (withSim) await sim.load();
  } catch {
    which.forEach((provider) => touched.add(provider)); // the connection state says it
  }
});

function everything() {
  providers.forEach((provider) => touched.add(provider));
  simTouched = true;
  refresh();
  faults.refresh();
  limits.refresh();
}

function hear(kind, data, id) {
  if (!started) {
    early.push([kind, data, id]);
    return;
  }
  if (id <= heard) return;
  heard = id;
  if (kind === "reset") {
    activity.clear();
    everything();
    return;
  }
  activity.add(kind, data, true);
  if (kind === "gap") everything();
  if (kind === "effect") {
    touched.add(data.provider);
    if (sim.concerns(data.provider, data.iccid)) simTouched = true;
  }
  if (kind === "request") limits.refresh();
  if (kind === "request" || kind === "event" || kind === "webhook") faults.refresh();
  refresh();
}

let opened = null; // the SIM that is shown

function follow() {
  const [provider, iccid] = location.hash.slice(1).split("/").map(decoded);
  const known = providers.includes(provider) ? provider : providers[0];
  const before = opened;
  opened = (known === provider && iccid) || null;
  sims.select(known);
  sim.select(known, opened);
  if (before && !opened) {
    // Back to where one came from, also for those who cannot see it.
    const from = byId("rows").querySelector(`button[data-iccid="${CSS.escape(before)}"]`);
    (from || byId("query")).focus();
  }
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const go = (...parts) => { location.hash = parts.map(encodeURIComponent).join("/"); };

async function begin() {
  if (started) {
    // The stream goes on where it was, unless the sandbox is another one that counts anew.
    if ((await get("overview")).last < heard) location.reload();
    everything();
    return;
  }
  const told = await get("overview");
  providers = told.vendors.map((vendor) => vendor.id);
  document.title = `simloom sandbox, seed ${told.seed}`;
  clock.set(told.clock);
  activity.start();
  let latest = -1;
  told.recent.forEach(({ kind }, index) => { if (kind === "reset") latest = index; });
  for (const { kind, data } of told.recent.slice(latest + 1)) activity.add(kind, data, false);
  heard = Math.max(told.last, ...told.recent.map(({ id }) => id));
  sims.start(told.vendors, (provider) => go(provider), openSim);
  sim.start(closeSim);
  faults.start(told.effects, told.vendors);
  clock.start(everything);
  addEventListener("hashchange", follow);
  follow();
  started = true;
  early.forEach((one) => hear(...one));
  early = [];
  everything();
  document.documentElement.dataset.ready = "yes";
}

const present = () => document.querySelector('[role="tab"][aria-selected="true"]').id.slice(4);
const openSim = (iccid) => go(present(), iccid);
const closeSim = () => go(present());

byId("reset").addEventListener("click", async () => {
  const question = "Reset the sandbox? Changes, requests, events, faults and tokens are forgotten. The SIMs are as the seed made them.";
  if (!(await confirmed(question, "Reset"))) return;
  try {
    await post("reset");
    toast("Everything is as at the start");
  } catch (error) {
    toast(error.message);
  }
});

listen(hear, () => {
  begin().catch((error) => toast(error.message));
});
