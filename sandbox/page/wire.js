/** Talks to the sandbox server: JSON over HTTP, and one WebSocket that says what has changed. */

/** Answer of a GET below /sandbox/. */
export async function get(path, query = {}) {
  const wanted = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const response = await fetch(`/sandbox/${path}?${new URLSearchParams(wanted)}`);
  if (!response.ok) throw new Error(`The sandbox answered ${response.status} to ${path}.`);
  return response.json();
}

/** Answer of a POST below /sandbox/: always {ok, …}; a dead server becomes {ok: false, error: "no_answer"}. */
export async function post(path, body) {
  try {
    const response = await fetch(`/sandbox/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return await answerOf(response);
  } catch {
    return { ok: false, error: "no_answer" };
  }
}

async function answerOf(response) {
  const text = await response.text();
  try {
    const answer = JSON.parse(text);
    return { ok: response.ok, ...answer };
  } catch {
    return { ok: false, error: text.slice(0, 300) || `status_${response.status}` };
  }
}

/** Raw text below /sandbox/. */
export async function getText(path) {
  const response = await fetch(`/sandbox/${path}`);
  return response.text();
}

/** Keeps a WebSocket open for one person; returns a function that ends it. */
export function listen(as, onEvent, onLine) {
  let ended = false;
  let wait = 300;
  let socket = null;
  const open = () => {
    if (ended) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/sandbox/events?as=${encodeURIComponent(as)}`);
    socket.onopen = () => {
      wait = 300;
      onLine(true);
    };
    socket.onmessage = (event) => onEvent(JSON.parse(event.data));
    socket.onclose = () => {
      if (ended) return;
      onLine(false);
      setTimeout(open, wait);
      wait = Math.min(wait * 2, 5000);
    };
  };
  open();
  return () => {
    ended = true;
    socket?.close();
  };
}

const WORDS = {
  operation_timeout: "Chargehand did not answer within 3 seconds. Try again.",
  dispatch_failed: "Chargehand could not be reached. Is it running?",
  no_answer: "The sandbox does not answer. Is it still running?",
  app_missing_action_url: "Nothing is connected that could answer this click.",
  bot_not_connected: "Chargehand is not connected, so nobody can answer. Is it running?",
};

/** A sentence for an answer that is not ok. */
export function inWords({ error, reason, response_metadata: more }) {
  if (reason) return `That did not work: ${reason}.`;
  const details = more?.messages?.length ? ` ${more.messages.join(" ")}` : "";
  return WORDS[error] ?? `That did not work: ${error ?? "unknown reason"}.${details}`;
}
