import { ask, type Case, exceptions, type Request } from "../case.ts";
import { hugeOrg, thousandOrgs } from "../seed.ts";
import type { World } from "../world.ts";

const organizations = "GET /admin/organizations";
const users = "GET /admin/users";
const byOrganization = ["organisation_pkey"];
const byUser = ["user_pkey"];
const byAddress = ["user_email_key"];
/** Refused before anything is looked up. */
const none = [""];

export function adminCases(world: World): Case[] {
  const { owner, member, everywhere, query, someone, joins, next } = world;
  /** A new platform admin, signed in. */
  const operator = async () => {
    const caller = await someone();
    await query(`update "user" set platform_admin = true where id = $1`, [caller.user_id]);
    return caller;
  };
  const listed = (filters: string, follow = false) => {
    const path = (route: string) => route.split(" ")[1] ?? "";
    return (route: string) => async (): Promise<Request> => {
      const caller = await operator();
      const text = follow ? await next(caller, path(route), filters) : `?${filters}`;
      return { token: caller.token, query: text };
    };
  };
  const search = (route: string, filters: string, through: string[], follow = false): Case =>
    ask(
      route,
      `${filters}${follow ? ", with a cursor" : ""}`,
      listed(filters, follow)(route),
      through,
      exceptions.search,
    );
  const change = (params: Record<string, number>) => async () => ({
    token: (await operator()).token,
    params,
  });
  /** Somebody new in the huge organization, or in a thousand. */
  const somebody = (orgs: number[]) => async () => {
    const { user_id } = await joins(await someone(), "member", orgs);
    return change({ user_id })();
  };
  const refused = { token: owner.token, status: 403 };
  return [
    ask(organizations, "all", listed("")(organizations), byOrganization),
    ask(organizations, "all, with a cursor", listed("", true)(organizations), byOrganization),
    search(organizations, "q=nothing", byOrganization),
    search(organizations, "q=Organization", byOrganization, true),
    search(organizations, "q=9999", byOrganization),
    search(organizations, "status=suspended", byOrganization),
    ask(organizations, "no platform admin", { ...refused, query: "?q=Organization" }, none),
    ask(users, "all", listed("")(users), byUser),
    ask(users, "all, with a cursor", listed("", true)(users), byUser),
    ask(users, "q=user-99999@example.com", listed("q=user-99999@example.com")(users), byAddress),
    search(users, "q=nobody", byUser),
    search(users, "q=user-9", byUser, true),
    search(users, "q=299999", byUser),
    search(users, "status=suspended", byUser),
    ask(users, "no platform admin", { ...refused, query: "?q=user" }, none),
    ask("POST /admin/organizations/:org_id/suspend", "", change({ org_id: hugeOrg }), byOrganization),
    ask("POST /admin/organizations/:org_id/restore", "", change({ org_id: hugeOrg }), byOrganization),
    ask("POST /admin/users/:user_id/suspend", "", somebody([hugeOrg]), byUser),
    ask(
      "POST /admin/users/:user_id/suspend",
      "who is in 1,000 organizations",
      somebody(thousandOrgs),
      byUser,
      exceptions.thousand,
    ),
    ask(
      "POST /admin/users/:user_id/suspend",
      "no platform admin",
      { ...refused, params: { user_id: member.user_id } },
      none,
    ),
    ask("POST /admin/users/:user_id/restore", "", change({ user_id: everywhere.user_id }), byUser),
  ];
}
