// Listens to /_sandbox/stream and says in the header how the connection is.

import { byId } from "./dom.js";

const KINDS = [
  "request", "effect", "event", "stream-opened", "stream-closed", "webhook", "reset", "gap",
];
const WORDS = { connecting: "Connecting", live: "Live", lost: "Connection lost, trying again" };

// hear(kind, data, id) is called for everything that happens; opened() whenever it is live.
export function listen(hear, opened) {
  const source = new EventSource("/_sandbox/stream");
  let retry;
  source.onopen = () => {
    show("live");
    opened();
  };
  source.onerror = () => {
    show("lost");
    // The browser tries again by itself unless it was answered by something else than a stream.
    if (source.readyState === EventSource.CLOSED) {
      clearTimeout(retry);
      retry = setTimeout(() => listen(hear, opened), 2000);
    }
  };
  for (const kind of KINDS) {
    source.addEventListener(kind, (message) => {
      hear(kind, JSON.parse(message.data), Number(message.lastEventId));
    });
  }
}

function show(state) {
  const shown = byId("connection");
  if (shown.dataset.state === state) return;
  shown.dataset.state = state;
  shown.textContent = WORDS[state];
}
