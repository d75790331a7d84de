// Asks the server.

/** A request that was refused, in words for people. */
export class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

async function answered(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { credentials: "same-origin", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, "gone", "Studio does not answer. Is it still running?");
  }
  if (response.ok) return response;
  const told = await response.json().catch(() => null);
  throw new Refused(response.status, told?.error?.code ?? "failed", told?.error?.message ?? `Error ${response.status}`);
}

const query = (values) => new URLSearchParams(
  Object.entries(values).filter(([, value]) => value !== undefined && value !== null)).toString();

/** JSON from an address. */
export const get = async (path, options) => (await answered(path, options)).json();

/** Text from an address. */
export const text = async (path) => (await answered(path)).text();

/** Bytes from an address. */
export const blob = async (path) => (await answered(path)).blob();

/** Sends JSON; gives the response. */
export const post = (path, value, options = {}) => answered(path, {
  method: "POST", body: JSON.stringify(value), ...options,
  headers: { "Content-Type": "application/json", ...options.headers },
});

/** Asks for something to be done that needs no more words. */
export const tell = (path) => answered(path, { method: "POST" });

/** Sends a file, an image or a form; gives the response. */
export const send = (path, values, body, options = {}) => answered(`${path}?${query(values)}`, {
  method: "POST", body, ...options,
  // The browser says how the parts of a form are set apart.
  headers: body instanceof FormData ? options.headers : { "Content-Type": body.type || "application/octet-stream", ...options.headers },
});

export const remove = (path) => answered(path, { method: "DELETE" });

/** Sends JSON and calls `tell(name, value)` with each event of the answer. */
export async function postForEvents(path, value, tell, signal) {
  const response = await post(path, value, { headers: { Accept: "text/event-stream" }, signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let pending = "";
  for (;;) {
    const { value: part, done } = await reader.read();
    if (done) return;
    pending += part;
    const events = pending.split("\n\n");
    pending = events.pop();
    for (const event of events) {
      const fields = Object.fromEntries(event.split("\n").map((line) => {
        const colon = line.indexOf(": ");
        return [line.slice(0, colon), line.slice(colon + 2)];
      }));
      if (fields.event) tell(fields.event, JSON.parse(fields.data));
    }
  }
}

/** Calls `tell(name, value)` with each event of an address, until the returned function is called. */
export function follow(path, names, tell) {
  const source = new EventSource(path);
  for (const name of names) source.addEventListener(name, (event) => tell(name, JSON.parse(event.data)));
  return () => source.close();
}

let known;

/** All models; `fresh` asks again. */
export async function models({ fresh = false } = {}) {
  if (!known || fresh) known = get("/api/models").then((answer) => answer.models);
  known.catch(() => { known = undefined; });
  return known;
}
