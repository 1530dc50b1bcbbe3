// The batches of writes, taken from the Worker before anything is done: so that they can be sent to more than one database.
import type { SqlRequest } from "../../local/neon-request.ts";
import { type Caller, mailedToken, newCaller, send } from "../client.ts";
import type { Stage } from "./stage.ts";

/** Of one person who was invited: they join, get another role, and are removed or leave. */
export type Writes = Record<"join" | "change" | "remove" | "leave", SqlRequest>;
export type People = { emails: string[]; writes: Writes[] };

/** Answers as the rules refuse, so that nothing is done, repeated or logged. */
const refusal = () =>
  Response.json({ message: "held back", code: "TN404", constraint: "not_found" }, { status: 400 });

/** So many people whom the owner has invited. */
export async function captureWrites(stage: Stage, owner: Caller, count: number): Promise<People> {
  const { url, tap } = stage;
  const heldBack = async (method: string, path: string, json: object | undefined, token?: string) => {
    const batches: SqlRequest[] = [];
    const look = (batch: SqlRequest) => {
      batches.push(batch);
      return refusal();
    };
    await tap.during(look, () => send(url, method, path, json, token).catch(() => {}));
    const [batch] = batches;
    if (!batch) throw new Error(`${method} ${path} asked nothing of the database`);
    return batch;
  };
  const organization = `/organizations/${owner.org_id}`;
  const people: People = { emails: [], writes: [] };
  for (let i = 0; i < count; i += 1) {
    const { email, user_id, token } = await newCaller(url);
    await stage.owner.query(`update "user" set email_verified_at = 1 where id = $1`, [user_id]);
    await send(
      url,
      "POST",
      `${organization}/invites`,
      { email, role: "member", expires_in: 86_400 },
      owner.token,
    );
    const link = await mailedToken(stage.stack.inbox, email, "accept-invite");
    const member = `${organization}/members/${user_id}`;
    people.emails.push(email);
    people.writes.push({
      join: await heldBack("POST", "/accept-invite", { token: link }),
      change: await heldBack("PATCH", member, { role: "admin" }, owner.token),
      remove: await heldBack("DELETE", member, undefined, owner.token),
      leave: await heldBack("POST", `${organization}/leave`, undefined, token),
    });
  }
  return people;
}
