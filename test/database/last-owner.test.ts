// last_owner (TN409; triggers member_last_owner_update, member_last_owner_delete, user_last_owner): an organization has
// an active owner, whatever way somebody takes who ceases to be one.
import { describe, expect, test } from "vitest";
import { refusal, undone } from "./scratch.ts";
import { ask, type Company, outcomeOf, society, tryOut } from "./society.ts";
import type { Person } from "./tenants.ts";
import { activeOwners, succeeded, type Way, ways } from "./unmaking.ts";

const { owner, service, person, company, member, guest } = await society();
const refused = "TN409 last_owner";

/** What becomes of this way, which is undone. */
async function outcomeBy(way: Way, whom: Person, org: Company, another: Person): Promise<string> {
  const effect = way.effect(whom, org);
  if (way.by === "database") return undone(owner, () => outcomeOf(owner.query(effect)));
  const actor = way.by === "self" ? whom : another;
  return tryOut(service, actor, way.outside ? null : org.orgId, effect);
}

/** An organization whose second owner cannot count. */
const scenes: Record<string, (org: Company) => Promise<unknown>> = {
  "with members who are no owners": (org) => member(org, "admin"),
  "with an owner whose membership is suspended": (org) => member(org, "owner", 1),
  "with an owner whose account is suspended": async (org) => {
    const other = await member(org, "owner");
    await owner.query('update "user" set status = 1 where id = $1', [other.userId]);
  },
  "with somebody whose role has every permission of an owner's": async (org) => {
    const { rows } = await owner.query("select permissions from role where id = $1", [org.roles.owner]);
    await member(org, rows[0].permissions);
  },
};

describe.each(Object.entries(scenes))("in an organization %s", (_name, arrange) => {
  test.each(ways.filter((way) => way.by !== "other"))("the last active owner stays: $name", async (way) => {
    const org = await company();
    await arrange(org);
    const expected = way.outside ? "sole_owner" : refused;
    expect(await outcomeBy(way, org.owner, org, org.owner)).toBe(expected);
  });
});

test.each(ways)("while another owner is active, one of two $name", async (way) => {
  const org = await company();
  const [other] = [await member(org, "owner"), await member(org)];
  expect(await outcomeBy(way, org.owner, org, other)).toSatisfy(succeeded);
});

test.each(ways.filter((way) => way.by !== "other"))(
  "alone in an organization, its owner $name",
  async (way) => {
    const org = await company();
    await guest(org);
    // An account may go, and the organization with it; or be suspended, and nobody is left behind.
    const passes = { "deletes their account": "deleted", "is suspended as a user": "done 1" };
    const expected = Object.entries(passes).find(([name]) => name === way.name)?.[1] ?? refused;
    expect(await outcomeBy(way, org.owner, org, org.owner)).toBe(expected);
  },
);

test("deleting an account takes along the organizations where its person is alone, and no other", async () => {
  const [alone, shared] = [await company(), await company()];
  const { owner: ann } = alone;
  await owner.query("insert into member (org_id, user_id, role_id) values ($1, $2, $3)", [
    shared.orgId,
    ann.userId,
    shared.roles.member,
  ]);
  await guest(alone);
  expect(await ask(service, ann, null, "select app.delete_account(1, 0) as outcome")).toBe("deleted");
  const { rows } = await owner.query("select id from organisation where id = any ($1)", [
    [alone.orgId, shared.orgId],
  ]);
  expect(rows).toEqual([{ id: shared.orgId }]);
});

test("an account does not take along an organization that the operator has suspended", async () => {
  const org = await company();
  await owner.query("update organisation set status = 1 where id = $1", [org.orgId]);
  const deletion = "select app.delete_account(1, 0) as outcome";
  expect(await ask(service, org.owner, null, deletion)).toBe("organization_suspended");
  expect((await owner.query(activeOwners, [org.orgId])).rows).toEqual([{ user_id: org.owner.userId }]);
  await owner.query("update organisation set status = 0 where id = $1", [org.orgId]);
  expect(await ask(service, org.owner, null, deletion)).toBe("deleted");
});

test("an account whose organization would be left without an owner stays, and the organization is named", async () => {
  const [kept, alone] = [await company(), await company()];
  const { owner: ann } = kept;
  await member(kept, "admin");
  await owner.query("update member set user_id = $1 where org_id = $2", [ann.userId, alone.orgId]);
  await service.query("begin");
  await service.query("select set_config('role', 'app_tenant', true) from app.enter($1, $2, null, '', '')", [
    ann.sessionId,
    ann.userId,
  ]);
  const { rows } = await service.query("select app.delete_account(1, 0) as outcome");
  await service.query("commit");
  expect(rows[0].outcome).toEqual({
    outcome: "sole_owner",
    organizations: [{ org_id: kept.orgId, name: "Acme" }],
  });
  const { rowCount } = await owner.query("select from organisation where id = any ($1)", [
    [kept.orgId, alone.orgId],
  ]);
  expect(rowCount).toBe(2);
});

test("the deletion of the organization itself passes", async () => {
  const org = await company();
  await member(org, "owner", 1);
  const deletion = { text: "delete from organisation where id = $1", values: [org.orgId] };
  expect(await undone(owner, () => outcomeOf(owner.query(deletion)))).toBe("done 1");
  expect(await tryOut(service, org.owner, org.orgId, deletion, "delete")).toBe("done 1");
});

test("no owner of several organizations is unmade in all of them at once", async () => {
  const [one, two] = [await company(), await company()];
  const { owner: ann } = one;
  await owner.query("update member set user_id = $1 where org_id = $2", [ann.userId, two.orgId]);
  await member(one, "owner");
  await member(two);
  for (const statement of [
    `update member set status = 1 where user_id = ${ann.userId}`,
    `delete from member where user_id = ${ann.userId}`,
    `delete from "user" where id = ${ann.userId}`,
    `update "user" set status = 1 where id = ${ann.userId}`,
  ])
    expect(await undone(owner, () => outcomeOf(owner.query(statement))), statement).toBe(refused);
});

test("ownership is handed to an active member alone, by an owner alone, and makes the owner an admin", async () => {
  const org = await company();
  const [admin, suspended, banned] = [
    await member(org, "admin"),
    await member(org, "member", 1),
    await member(org, "member"),
  ];
  await owner.query('update "user" set status = 1 where id = $1', [banned.userId]);
  const transfer = (from: Person, to: Person, again = tryOut) =>
    again(service, from, org.orgId, `select app.transfer_ownership(${org.orgId}, ${to.userId})`);
  for (const from of [admin, await member(org, []), await guest(org)])
    expect(await transfer(from, admin)).toBe("TN403 owner_required");
  expect(await transfer(org.owner, org.owner)).toBe("TN409 already_owner");
  for (const to of [suspended, banned]) expect(await transfer(org.owner, to)).toBe("TN409 member_inactive");
  for (const to of [await person(), await guest(org)])
    expect(await transfer(org.owner, to)).toBe("TN404 not_found");
  expect(await transfer(org.owner, admin, ask)).toBe("done 1");
  expect((await owner.query(activeOwners, [org.orgId])).rows).toEqual([{ user_id: admin.userId }]);
  const { rows } = await owner.query("select role_id from member where org_id = $1 and user_id = $2", [
    org.orgId,
    org.owner.userId,
  ]);
  expect(rows).toEqual([{ role_id: org.roles.admin }]);
  expect(await transfer(org.owner, admin)).toBe("TN403 owner_required");
});

test("unfiltered, an owner's statement unmakes neither themselves nor everybody", async () => {
  const org = await company();
  await member(org, "owner");
  // Row by row: who is unmade by the first row unmakes nobody by the second.
  // Or, when their own row comes last, nobody would be left.
  for (const [statement, refused] of [
    [`update member set role_id = ${org.roles.admin}`, "TN403 owner_required"],
    ["update member set status = 1", "TN403 member_suspended"],
    ["delete from member", "TN404 not_found"],
  ] as const)
    expect(["TN409 last_owner", refused], statement).toContain(
      await tryOut(service, org.owner, org.orgId, statement),
    );
  expect((await owner.query(activeOwners, [org.orgId])).rowCount).toBe(2);
});

test("two who change places in one statement leave no gap, in whatever order their rows come", async () => {
  const org = await company();
  const other = await member(org, "admin");
  const swap = `update member set role_id = case role_id when ${org.roles.owner} then ${org.roles.admin}
    else ${org.roles.owner} end where org_id = ${org.orgId}`;
  await undone(owner, async () => {
    expect(await outcomeOf(owner.query(swap))).toBe("done 2");
    expect((await owner.query(activeOwners, [org.orgId])).rows).toEqual([{ user_id: other.userId }]);
    expect(await outcomeOf(owner.query(swap))).toBe("done 2");
  });
});

test("the last owner's row may change in every other way, and another organization's owner counts for nothing", async () => {
  const [org, elsewhere] = [await company(), await company()];
  await member(elsewhere, "owner");
  const change = `update member set settings = '{"new": true}' where org_id = ${org.orgId}`;
  expect(await tryOut(service, org.owner, org.orgId, change)).toBe("done 1");
  const leave = `delete from member where org_id = ${org.orgId}`;
  expect(await tryOut(service, org.owner, org.orgId, leave)).toBe(refused);
});

test("the last owner's membership is not moved to another organization", async () => {
  const [org, elsewhere, somebody] = [await company(), await company(), await person()];
  const move = `update member set user_id = ${somebody.userId}, org_id = ${elsewhere.orgId},
    role_id = ${elsewhere.roles.owner} where org_id = ${org.orgId}`;
  expect(await undone(owner, () => outcomeOf(owner.query(move)))).toBe(refused);
});

test("the last owner's membership is not moved to a person whose account is suspended", async () => {
  const [org, suspended] = [await company(), await person()];
  await owner.query('update "user" set status = 1 where id = $1', [suspended.userId]);
  const move = `update member set user_id = ${suspended.userId} where org_id = ${org.orgId}`;
  expect(await undone(owner, () => outcomeOf(owner.query(move)))).toBe(refused);
});

test.each(["repeatable read", "serializable"])(
  "owners are not unmade under %s, whose snapshot would not see who was unmade meanwhile",
  async (isolation) => {
    const org = await company();
    const other = await member(org, "owner");
    for (const way of ways.filter((way) => way.by === "database"))
      await undone(owner, async () => {
        await owner.query(`set transaction isolation level ${isolation}`);
        const effect = way.effect(other, org) as { text: string; values: unknown[] };
        expect(await refusal(owner, effect.text, effect.values), way.name).toMatchObject({
          code: "P0001",
          message: "owners are changed under READ COMMITTED only",
        });
      });
    await undone(owner, async () => {
      await owner.query(`set transaction isolation level ${isolation}`);
      expect(await refusal(owner, "update member set settings = '{}'")).toBeNull();
    });
  },
);
