// The sandbox's clock: it shows the time, and moves it forward.

import { post } from "./api.js";
import { byId, toast } from "./dom.js";

let ahead = 0;
let stands = null;

export function start(changed) {
  const advance = async (seconds) => {
    try {
      await post("clock/advance", { seconds });
    } catch (error) {
      toast(error.message);
      return;
    }
    toast(`Advanced by ${seconds} s`);
    changed();
  };
  for (const step of document.querySelectorAll(".steps button[data-seconds]")) {
    step.addEventListener("click", () => advance(Number(step.dataset.seconds)));
  }
  byId("advance").addEventListener("submit", (event) => {
    event.preventDefault();
    byId("advance").closest("details").open = false;
    advance(Number(byId("advance-by").value));
  });
  setInterval(draw, 1000);
}

export function set({ now, moves }) {
  const time = Date.parse(now);
  stands = moves ? null : time;
  ahead = time - Date.now();
  draw();
}

function draw() {
  const time = new Date(stands ?? Date.now() + ahead);
  if (Number.isNaN(time.getTime())) return;
  const shown = time.toISOString();
  byId("now").dateTime = shown;
  byId("now").textContent = `${shown.slice(0, 10)} ${shown.slice(11, 19)} UTC`;
}
