// role_in_use under concurrency: a role is given and deleted at once, and never both.
import { expect, test } from "vitest";
import { together } from "./races.ts";
import { finish, prepare, society } from "./society.ts";
import type { Person } from "./tenants.ts";

const { scratch, owner, company, person, member, guest, role } = await society();
const one = await scratch.connect("service");
const two = await scratch.connect("service");

/** An organization with a role that nobody holds yet, and how it is given: by name, by id, or without asking first. */
async function scene(how: string, table = "member") {
  const org = await company();
  const scope = table === "member" ? "organization" : "website";
  const name = await role(org, [], scope);
  const id = org.roles[name] as number;
  const whom: Person = table === "member" ? await member(org) : await guest(org);
  const roleId =
    how === "by hand"
      ? String(id)
      : `app.role_for(${org.orgId}, '${JSON.stringify(how === "by id" ? id : name)}', '${scope}')`;
  const give = `update ${table} set role_id = ${roleId} where org_id = ${org.orgId} and user_id = ${whom.userId}`;
  return { org, id, name, whom, give, remove: `delete from role where id = ${id}` };
}

const heldRoles = (table: string, orgId: number) =>
  owner.query(`select role_id from ${table} where org_id = $1`, [orgId]).then(({ rows }) => rows);

const gone: Record<string, string> = {
  "by name": "TN422 role_unknown",
  "by id": "TN404 not_found",
  "by hand": "23503 member_role_place_fkey",
};

test.each(Object.keys(gone))(
  "a role given %s while it is deleted is either there for good or gone",
  async (how) => {
    for (let round = 0; round < 20; round += 1) {
      const { org, id, give, remove } = await scene(how);
      await Promise.all([prepare(one, org.owner, org.orgId), prepare(two, org.owner, org.orgId)]);
      const ended = await Promise.all([finish(one, give), finish(two, remove)]);
      const held = (await heldRoles("member", org.orgId)).some((row) => row.role_id === id);
      expect([ended, held]).toEqual(
        ended[0] === "done 1" ? [["done 1", "TN409 role_in_use"], true] : [[gone[how], "done 1"], false],
      );
    }
  },
);

test.each(["member", "website_member"])(
  "a role that is being given to a %s is not deleted meanwhile",
  async (table) => {
    const { org, give, remove } = await scene("by hand", table);
    await prepare(one, org.owner, org.orgId);
    expect(await together(owner, give, [{ client: one, effect: remove }])).toEqual(["TN409 role_in_use"]);
  },
);

test("the lock that finding a role takes is enough: it is still there for whatever is written next", async () => {
  const { org, id, remove } = await scene("by id");
  const finding = `select set_config('app.org_id', '${org.orgId}', true); select app.role_for(${org.orgId}, '${id}', 'organization')`;
  await prepare(one, org.owner, org.orgId);
  // Found and not given after all: the deletion waits, then goes on.
  expect(await together(owner, finding, [{ client: one, effect: remove }])).toEqual(["done 1"]);
  const again = await scene("by id");
  await prepare(one, again.org.owner, again.org.orgId);
  await prepare(two, again.org.owner, again.org.orgId);
  await two.query(`select app.role_for(${again.org.orgId}, '${again.id}', 'organization')`);
  const deletion = finish(one, again.remove);
  expect(await finish(two, again.give)).toBe("done 1");
  expect(await deletion).toBe("TN409 role_in_use");
});

test.each(Object.keys(gone))("a role that is being deleted is not given %s meanwhile", async (how) => {
  const { org, give, remove } = await scene(how);
  await prepare(one, org.owner, org.orgId);
  expect(await together(owner, remove, [{ client: one, effect: give }])).toEqual([gone[how]]);
});

test("a role that is being given keeps its scope, and the other way round", async () => {
  const first = await scene("by id");
  const rescope = (id: number) => `update role set scope = 'website' where id = ${id}`;
  await prepare(one, first.org.owner, first.org.orgId);
  const given = `update member set role_id = ${first.id} where user_id = ${first.whom.userId}`;
  expect(await together(owner, given, [{ client: one, effect: rescope(first.id) }])).toEqual([
    "23503 member_role_place_fkey",
  ]);
  const second = await scene("by id");
  await prepare(one, second.org.owner, second.org.orgId);
  expect(await together(owner, rescope(second.id), [{ client: one, effect: second.give }])).toEqual([
    "TN422 role_of_other_scope",
  ]);
});

test.each(["member", "website_member"])("a new %s holds its role against deletion as well", async (table) => {
  const { org, id, remove } = await scene("by hand", table);
  const newcomer = await person();
  await prepare(one, org.owner, org.orgId);
  const join =
    table === "member"
      ? `insert into member (org_id, user_id, role_id) values (${org.orgId}, ${newcomer.userId}, ${id})`
      : `insert into website_member (website_id, org_id, user_id, role_id)
          values (${org.websiteId}, ${org.orgId}, ${newcomer.userId}, ${id})`;
  expect(await together(owner, join, [{ client: one, effect: remove }])).toEqual(["TN409 role_in_use"]);
});
