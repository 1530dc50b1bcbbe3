// Sends each case's request through the Worker and hands over what it asked of the database.
import type { Case } from "./case.ts";
import type { Batch, Recorder } from "./recorder.ts";

/** Errors: an answer that is not the case's. */
export async function walk(url: string, recorder: Recorder, { route, request }: Case): Promise<Batch[]> {
  const {
    params = {},
    query = "",
    json,
    token,
    status,
  } = typeof request === "function" ? await request() : request;
  const [method = "", pattern = ""] = route.split(" ");
  const path = pattern.replace(/:(\w+)/g, (_, name) => String(params[name]));
  return recorder.record(async () => {
    const response = await fetch(url + path + query, {
      method,
      headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
      body: json === undefined ? null : JSON.stringify(json),
    });
    const text = await response.text();
    const right = status === undefined ? response.ok : response.status === status;
    if (!right) throw new Error(`answered ${response.status}: ${text.slice(0, 300)}`);
  });
}
