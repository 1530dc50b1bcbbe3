import { ask, type Case, exceptions } from "../case.ts";
import { hugeOrg, oneOfThousand } from "../seed.ts";
import type { World } from "../world.ts";

const own = ["organisation_pkey"];
const mine = ["member_user_org_key"];
const check = "POST /permissions/check";
const { thousand } = exceptions;

export function organizationCases(world: World): Case[] {
  const { owner, member, everywhere, somewhere, regular, stranger, someone, joins, next } = world;
  const { token } = owner;
  const params = { org_id: hugeOrg };
  const one = { org_id: oneOfThousand };
  /** Somebody new in an organization. */
  const joined = async (role: string, org_id: number) => ({
    token: (await joins(await someone(), role, [org_id])).token,
    params: { org_id },
  });
  const may = (permission: string, place: object = params) => ({ ...place, permission });
  return [
    ask("POST /organizations", "", { token, json: { name: "Bench" } }, [""]),
    ask("GET /organizations", "", { token }, mine),
    ask("GET /organizations", "of 1,000", { token: everywhere.token }, mine, thousand),
    ask(
      "GET /organizations",
      "of 1,000, with a cursor",
      async () => ({ token: everywhere.token, query: await next(everywhere, "/organizations") }),
      mine,
      thousand,
    ),
    ask("GET /organizations", "of 1,000, token for one", { token: somewhere.token }, mine, thousand),
    ask("GET /organizations/:org_id", "owner", { token, params }, own),
    ask("GET /organizations/:org_id", "member", { token: member.token, params }, own),
    ask("GET /organizations/:org_id", "of 1,000", { token: everywhere.token, params: one }, own),
    ask("GET /organizations/:org_id", "stranger", { token: stranger.token, params, status: 404 }),
    ask("PATCH /organizations/:org_id", "", { token, params, json: { name: "A", settings: { a: 1 } } }, own),
    ask("POST /organizations/:org_id/leave", "member", () => joined("member", hugeOrg), mine),
    ask("POST /organizations/:org_id/leave", "an owner", () => joined("owner", hugeOrg), mine),
    ask(
      "POST /organizations/:org_id/transfer-ownership",
      "",
      async () => ({ ...(await joined("owner", hugeOrg)), json: { user_id: member.user_id } }),
      [...mine, "outbox_pkey"],
    ),
    ask(check, "owner", { token, json: may("member:remove") }, mine),
    ask(check, "member", { token: member.token, json: may("member:remove") }, mine),
    ask(check, "of 1,000", { token: everywhere.token, json: may("member:read", one) }, mine),
    ask(
      check,
      "guest of 1,000 websites, of one",
      async () => ({ token: regular.token, json: may("website:read", await world.regularPlace()) }),
      ["website_member_user_key|website_member_org_index"],
    ),
  ];
}
