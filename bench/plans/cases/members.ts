import { ask, type Case, exceptions, type Request } from "../case.ts";
import { hugeOrg, inviters, oneOfThousand, size, thousandWebsites, websiteOrg } from "../seed.ts";
import type { World } from "../world.ts";

const list = "GET /organizations/:org_id/members";
const one = "/organizations/:org_id/members/:user_id";
const byId = ["member_org_index"];
const byRole = ["member_role_index"];
const byStatus = ["member_status_index"];
const key = ["member_user_org_key"];
/** Then the mail that tells of it, or none. */
const told = [...key, "outbox_pkey"];
const untold = [...key, ""];

export function memberCases(world: World): Case[] {
  const { owner, admin, member, everywhere, publisher, someone, joins, visits, next } = world;
  const params = { org_id: hugeOrg };
  const first = { token: owner.token, params };
  const follow =
    (filters = "") =>
    async (): Promise<Request> => ({
      ...first,
      query: await next(owner, `/organizations/${hugeOrg}/members`, filters),
    });
  const listed = (filters: string, through: string[]) => [
    ask(list, filters, { ...first, query: `?${filters}` }, through),
  ];
  const search = (filters: string) =>
    ask(list, filters, { ...first, query: `?${filters}` }, byId, exceptions.search);
  const searchOn = (filters: string) =>
    ask(list, `${filters}, with a cursor`, follow(filters), byId, exceptions.search);
  /** Somebody new, to whom something is done. */
  const somebody =
    (role: string, more: Request = {}) =>
    async (): Promise<Request> => {
      const { user_id } = await joins(await someone(), role, [hugeOrg]);
      return { ...first, params: { ...params, user_id }, ...more };
    };
  /** The same for the older paths. */
  const somebodyInBody =
    (more: object = {}) =>
    async (): Promise<Request> => {
      const { user_id } = await joins(await someone(), "member", [hugeOrg]);
      return { token: owner.token, json: { org_id: hugeOrg, user_id, ...more } };
    };
  return [
    ask(list, "owner", first, byId),
    ask(list, "with a cursor", follow(), byId),
    ask(list, "member", { token: member.token, params }, byId),
    ask(list, "of 1,000", { token: everywhere.token, params: { org_id: oneOfThousand } }, byId),
    ...listed("role=Auditor", byRole),
    ...listed(`role=${world.auditor}`, byRole),
    ...listed(`role=${world.memberRole}`, byRole),
    ...listed("role=member", byRole),
    ask(list, "role=member, with a cursor", follow("role=member"), byRole),
    ...listed("role=nobody", byRole),
    ...listed("status=active", byStatus),
    ...listed("status=suspended", byStatus),
    ask(list, "status=suspended, with a cursor", follow("status=suspended"), byStatus),
    ask(list, "q=user-99999@example.com", { ...first, query: "?q=user-99999@example.com" }, [
      "user_email_key",
    ]),
    search("q=person"),
    search("q=nobody"),
    searchOn("q=user-99"),
    ask(
      list,
      "role=Auditor&status=active&q=person",
      { ...first, query: "?role=Auditor&status=active&q=person" },
      ["member_role_index|member_org_index"],
      exceptions.search,
    ),
    ask(`GET ${one}`, "owner", { ...first, params: { ...params, user_id: 77 } }, key),
    ask(`GET ${one}`, "member", { token: member.token, params: { ...params, user_id: size.members } }, key),
    ask(`GET ${one}`, "not one", { ...first, params: { ...params, user_id: size.users }, status: 404 }),
    ask(`PATCH ${one}`, "role, by an owner", somebody("member", { json: { role: "admin" } }), told),
    ask(
      `PATCH ${one}`,
      "role, by an admin",
      somebody("member", { json: { role: "admin" }, token: admin.token }),
      told,
    ),
    ask(`PATCH ${one}`, "status", somebody("member", { json: { status: 1, settings: { a: 1 } } }), untold),
    ask(`PATCH ${one}`, "an owner no more", somebody("owner", { json: { role: "member" } }), told),
    ask(
      `PATCH ${one}`,
      "status, of one who sent a thousand invites",
      { ...first, params: { ...params, user_id: inviters[1] ?? 0 }, json: { status: 1 } },
      untold,
      exceptions.thousandInvites,
    ),
    ask(
      `DELETE ${one}`,
      "who sent a thousand invites",
      { ...first, params: { ...params, user_id: inviters[2] ?? 0 } },
      told,
      exceptions.thousandInvites,
    ),
    ask(`DELETE ${one}`, "member", somebody("member"), told),
    ask(`DELETE ${one}`, "owner", somebody("owner"), told),
    ask("DELETE /delete_member", "member", somebodyInBody(), told),
    ask("PUT /update_member_role", "role, by an owner", somebodyInBody({ role: "admin" }), told),
    ask(
      `DELETE ${one}`,
      "who is in 1,000 of its websites",
      async () => {
        const caller = await joins(await someone(), "member", [websiteOrg]);
        const { user_id } = await visits(caller, "website_user", thousandWebsites);
        return { token: publisher.token, params: { org_id: websiteOrg, user_id } };
      },
      told,
      exceptions.thousandGone,
    ),
  ];
}
