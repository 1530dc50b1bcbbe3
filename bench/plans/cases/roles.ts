import { ask, type Case, type Request } from "../case.ts";
import { hugeOrg } from "../seed.ts";
import type { World } from "../world.ts";

const all = "/organizations/:org_id/roles";
const one = `${all}/:role_id`;
const key = ["role_pkey|role_place_key|role_org_index"];

export function roleCases({ owner, member, auditor, formerRole, invitedRole, next, idOf }: World): Case[] {
  const params = { org_id: hugeOrg };
  const first = { token: owner.token, params };
  const held = { ...first, params: { ...params, role_id: auditor } };
  const json = { name: "New", scope: "organization", permissions: ["member:read"] };
  let counter = 0;
  /** A role of nobody's. */
  const spare = (more: Request) => async (): Promise<Request> => {
    const values = [hugeOrg, `Spare ${++counter}`];
    const insert = "insert into role (org_id, name, scope) values ($1, $2, 'organization') returning id";
    return { ...first, params: { ...params, role_id: await idOf(insert, values) }, ...more };
  };
  const settled = { ...first, params: { ...params, role_id: formerRole } };
  const pending = { ...first, params: { ...params, role_id: invitedRole }, status: 409 };
  const follow = async () => ({ ...first, query: await next(owner, `/organizations/${hugeOrg}/roles`) });
  return [
    ask(`GET ${all}`, "owner", first, ["role_org_index"]),
    ask(`GET ${all}`, "with a cursor", follow, ["role_org_index"]),
    ask(`GET ${all}`, "member", { token: member.token, params }, ["role_org_index"]),
    ask(`POST ${all}`, "", { ...first, json }, [""]),
    ask(`PATCH ${one}`, "of nobody", spare({ json: { permissions: ["role:read"] } }), key),
    ask(`PATCH ${one}`, "held", { ...held, json: { permissions: ["role:read"] } }, key),
    ask(`DELETE ${one}`, "of nobody", spare({}), key),
    ask(`DELETE ${one}`, "in settled invites alone", settled, key),
    ask(`DELETE ${one}`, "in a pending invite", pending, ["invite_role_index"]),
    ask(`DELETE ${one}`, "held", { ...held, status: 409 }, ["member_role_index"]),
  ];
}
