// Requests to /_sandbox. Throws an Error with the sandbox's own words.

async function ask(method, path, body, signal) {
  let answer;
  try {
    answer = await fetch(`/_sandbox/${path}`, {
      method,
      signal,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The sandbox does not answer.");
  }
  if (answer.status === 204) return null;
  const value = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(value.error || `The sandbox answered ${answer.status}.`);
  return value;
}

export const get = (path, parameters = {}, signal = undefined) => {
  const given = Object.entries(parameters).filter(([, value]) => value !== null && value !== "");
  const query = new URLSearchParams(given).toString();
  return ask("GET", query ? `${path}?${query}` : path, undefined, signal);
};
export const post = (path, body) => ask("POST", path, body);
export const remove = (path) => ask("DELETE", path);

// Calls at once and then at most every so many milliseconds, always once more at the end.
export function atMostEvery(milliseconds, job) {
  let running = false;
  let again = false;
  return async function run() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    do {
      again = false;
      await job();
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
    } while (again);
    running = false;
  };
}
