import { password } from "../../client.ts";
import { ask, type Case, exceptions } from "../case.ts";
import { hugeOrg } from "../seed.ts";
import type { World } from "../world.ts";

/** Two trips: the hash is read, and the session started. */
const signedIn = ["user_email_key", "user_pkey"];
const byUser = ["session_user_index"];
const rotated = ["refresh_token_pkey"];

export function sessionCases(world: World): Case[] {
  const { owner, everywhere, someone, next, idOf } = world;
  const { token, email, refresh_token } = owner;
  const newToken = async () => ({ token: (await someone()).token });
  return [
    ask("POST /signin", "", { json: { email, password } }, signedIn),
    ask("POST /signin", "into 100,000", { json: { email, password, org_id: hugeOrg } }, signedIn),
    ask(
      "POST /signin",
      "of 1,000 organizations",
      { json: { email: everywhere.email, password } },
      signedIn,
      exceptions.thousandListed,
    ),
    ask("POST /signin", "nobody", { json: { email: "nobody@example.com", password }, status: 401 }, [
      "user_email_key",
    ]),
    ask(
      "POST /token/refresh",
      "",
      async () => ({ json: { refresh_token: (await someone()).refresh_token } }),
      rotated,
    ),
    ask("POST /token/refresh", "into 100,000", { json: { refresh_token, org_id: hugeOrg } }, rotated),
    ask("POST /signout", "", newToken, ["session_user_index|session_pkey"]),
    ask("GET /sessions", "", { token }, byUser),
    ask(
      "GET /sessions",
      "with a cursor",
      async () => ({ token, query: await next(owner, "/sessions", "", 1) }),
      byUser,
    ),
    ask(
      "DELETE /sessions/:session_id",
      "",
      async () => {
        const { token, user_id } = await someone();
        const session_id = await idOf("select id from session where user_id = $1", [user_id]);
        return { token, params: { session_id } };
      },
      ["session_user_index|session_pkey"],
    ),
    ask("DELETE /sessions", "", newToken, byUser),
  ];
}
