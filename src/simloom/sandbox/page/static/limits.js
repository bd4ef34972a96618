// How much of the vendors' limits is used.

import { atMostEvery, get } from "./api.js";
import { byId, element, number, replace } from "./dom.js";

export const refresh = atMostEvery(1000, async () => {
  try {
    draw(await get("quotas"));
  } catch {
    // The connection state says it.
  }
});

function draw({ enforced, providers }) {
  const rows = Object.entries(providers).flatMap(([provider, limits]) =>
    limits.flatMap((limit) => limit.windows.map((window) => row(provider, limit, window))));
  replace(
    byId("limits"),
    enforced ? null : element("p", { class: "empty" }, "Counted only: the sandbox was started with --limits off."),
    rows.length
      ? element("table", {},
        element("thead", {}, element("tr", {}, ...["Limit", "Per", "Used", "", "Refused"].map((title) => element("th", { scope: "col" }, title)))),
        element("tbody", {}, ...rows))
      : element("p", { class: "empty" }, "No vendor has any."),
  );
}

function row(provider, limit, window) {
  const use = `${number(window.used)} of ${number(window.limit)}`;
  return element("tr", {},
    element("td", {}, `${provider} ${limit.name}`),
    element("td", {}, span(window.seconds)),
    element("td", {}, use),
    element("td", {}, element("meter", { min: 0, max: window.limit, high: window.limit * 0.8, optimum: 0, value: window.used, "aria-label": `${provider} ${limit.name}: ${use}` })),
    element("td", {}, number(limit.refused)));
}

function span(seconds) {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
