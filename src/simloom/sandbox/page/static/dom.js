// Builds elements. Whatever comes from the sandbox becomes text or an attribute, never markup.

export const byId = (id) => document.getElementById(id);

// element("td", { class: "number", title: path }, "text", other element, null for nothing)
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick" || name === "onsubmit" || name === "onchange") {
      made.addEventListener(name.slice(2), value);
    } else if (value === true) {
      made.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, String(value));
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function replace(parent, ...children) {
  parent.replaceChildren(...children.filter((child) => child !== null && child !== undefined));
}

export const button = (title, onclick, attributes = {}) =>
  element("button", { type: "button", onclick, ...attributes }, title);

export const statusOf = (sim) =>
  element("span", { class: "status", "data-tone": sim.tone }, sim.status);

const numbers = new Intl.NumberFormat("en");
export const number = (value) => numbers.format(value);

// The time of day of an ISO time, as the sandbox's clock shows it.
export const timeOf = (text) =>
  element("time", { datetime: text, title: text }, String(text).slice(11, 19));

export function text(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

let hiding;
export function toast(message) {
  byId("toast").textContent = message;
  clearTimeout(hiding);
  hiding = setTimeout(() => { byId("toast").textContent = ""; }, 6000);
}

// Resolves to true or false.
export function confirmed(question, yes) {
  const dialog = byId("confirm");
  byId("confirm-text").textContent = question;
  byId("confirm-yes").textContent = yes;
  dialog.showModal();
  return new Promise((resolve) => {
    byId("confirm-yes").onclick = () => dialog.close("yes");
    byId("confirm-no").onclick = () => dialog.close("no");
    dialog.onclose = () => resolve(dialog.returnValue === "yes");
    dialog.returnValue = "no";
  });
}
