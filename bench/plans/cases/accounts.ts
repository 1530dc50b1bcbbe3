// The service itself, accounts, and one's own account.
import { docsFiles } from "../../../scripts/docs/files.ts";
import { mailedToken, newUser, password } from "../../client.ts";
import { ask, type Case, exceptions } from "../case.ts";
import { hugeOrg, inviters, thousandOrgs } from "../seed.ts";
import type { World } from "../world.ts";

const account = ["user_pkey", "member_user_org_key", "website_member_user_key|website_member_org_index"];
const changed = ["user_pkey", ...account];
const { thousandListed, thousandGone, thousandInvites } = exceptions;
/** Two trips: the check of the password, and what is done then. */
const afterCheck = ["user_pkey"];

export function accountCases(world: World): Case[] {
  const { url, inbox, owner, everywhere, tourist, someone, joins, query } = world;
  const { token } = owner;
  const account_of = (email: string) => ({ email, password, organization_name: "Bench" });
  const leaver = async (role: string, orgIds: number[]) => ({
    token: (await joins(await someone(), role, orgIds)).token,
    json: { password },
  });
  const inviter = async () => {
    const { token, user_id } = await joins(await someone(), "admin", [hugeOrg]);
    await query("update invite set user_id = $1 where user_id = $2", [user_id, inviters[0]]);
    return { token, json: { password } };
  };
  const newToken = async () => mailedToken(inbox, (await newUser(url)).email);
  return [
    ask("GET /", "", {}),
    ask("GET /health", "", {}, ["outbox_waiting_index"]),
    ask("GET /version", "", {}, [""]),
    ask("GET /.well-known/jwks.json", "", {}),
    ask("GET /.well-known/oauth-authorization-server", "", {}),
    ask("GET /openapi.json", "", {}),
    ask("GET /docs", "", {}),
    ask("GET /docs/:file", "", { params: { file: docsFiles().names.script } }),
    ask("GET /errors", "", {}),
    ask("GET /errors/:code", "", { params: { code: "last_owner" } }),

    ask("POST /signup", "", { json: account_of("plans@example.com") }, ["user_email_key"]),
    ask("POST /signup", "a taken address", { json: account_of(owner.email), status: 409 }, [
      "user_email_key",
    ]),
    ask("GET /verify-email", "", async () => ({ query: `?token=${await newToken()}` }), ["mail_token_pkey"]),
    ask("POST /verify-email", "", async () => ({ json: { token: await newToken() } }), ["mail_token_pkey"]),

    ask("GET /me", "", { token }, account),
    ask("GET /me", "of 1,000 organizations", { token: everywhere.token }, account, thousandListed),
    ask("GET /me", "guest in 1,000 organizations", { token: tourist.token }, account, thousandListed),
    ask("PATCH /me", "", { token, json: { profile: { name: "Bench" }, settings: { a: 1 } } }, changed),
    ask(
      "PATCH /me",
      "of 1,000 organizations",
      { token: everywhere.token, json: { profile: { name: "Bench" } } },
      changed,
      thousandListed,
    ),
    ask(
      "POST /me/password",
      "",
      async () => ({
        token: (await someone()).token,
        json: { current_password: password, new_password: `${password}!` },
      }),
      afterCheck,
    ),
    ask("DELETE /me", "alone in an organization", () => leaver("owner", []), afterCheck),
    ask("DELETE /me", "member of 100,000", () => leaver("member", [hugeOrg]), afterCheck),
    ask("DELETE /me", "an owner of 100,000", () => leaver("owner", [hugeOrg]), afterCheck),
    ask(
      "DELETE /me",
      "owner of 1,000 organizations",
      () => leaver("owner", thousandOrgs),
      afterCheck,
      thousandGone,
    ),
    ask("DELETE /me", "who sent a thousand invites", inviter, afterCheck, thousandInvites),
  ];
}
