// Is this the answer that the contract gives? Status and code, the same 404 whatever is not there, and nothing in it
// that the caller may not see.
import { call } from "../support/app.ts";
import { expectProblem } from "../support/problems.ts";
import { type Answer, codeOf, type Standing, statusOf, strangers } from "./answers.ts";
import type { Scene } from "./scene.ts";

/** What an answer may not hold: anything of the other tenant, and of this one what the caller may not see. */
export function secretsFrom({ acme, globex }: Scene, standing: Standing): string[] {
  const { org, shop, blog } = acme.secrets;
  const theirs = globex.secrets.org;
  if (standing in strangers || standing.endsWith("suspended")) return [theirs, org, shop, blog];
  if (standing === "website_elsewhere") return [theirs, org, shop];
  return standing.startsWith("website_") ? [theirs, org, blog] : [theirs];
}

/** An answer without what differs between any two: the request's id. */
async function bare(response: Response): Promise<string> {
  const headers = [...response.headers].filter(([name]) => name !== "x-request-id");
  const text = await response.text();
  const { request_id } = JSON.parse(text);
  return JSON.stringify([response.status, headers.sort(), text.replace(request_id, "")]);
}

let nothing: Promise<string> | undefined;
/** What every 404 looks like, to the byte: that of an organization that never was. */
function nothingThere({ callers }: Scene): Promise<string> {
  const { token = "" } = callers.outsider;
  nothing ??= call("/organizations/2147483646", { token }).then(bare);
  return nothing;
}

type Wanted = {
  answer: Answer;
  /** What may not stand in the answer. */
  secrets: string[];
  /** What has to, if it is a good one. */
  shown?: string;
};

/** What is wrong with the answer, in words; null: nothing. */
export async function faultOf(scene: Scene, response: Response, wanted: Wanted): Promise<string | null> {
  const { answer, secrets, shown = "" } = wanted;
  const text = await response.clone().text();
  const fault = (what: string) => `${what}, got ${response.status} ${text.slice(0, 300)}`;
  if (response.status !== statusOf(answer)) return fault(`wanted ${answer}`);
  const leaked = secrets.filter((secret) => text.includes(secret));
  if (leaked.length > 0) return fault(`wanted nothing of ${leaked}`);
  const isPage = response.headers.get("content-type")?.startsWith("text/html");
  const code = codeOf(answer);
  if (code === null) return text.includes(shown) ? null : fault(`wanted ${shown}`);
  if (isPage) return null;
  if (code === "not_found" && (await bare(response.clone())) !== (await nothingThere(scene)))
    return fault("wanted the same 404 as ever");
  return expectProblem(response, code).then(
    () => null,
    (error) => fault(String(error.message)),
  );
}
