// The contract's table of permissions, asked live: who may what, for every role, permission and place.
import { beforeAll, expect, test } from "vitest";
import { ask } from "../support/app.ts";
import type { Standing } from "./answers.ts";
import { buildScene, type Scene } from "./scene.ts";
import { everyPermission, lend } from "./tenants.ts";

let active: Scene;
let suspended: Scene;
beforeAll(async () => {
  [active, suspended] = await Promise.all([buildScene(), buildScene({ suspended: true })]);
});

// As PRODUCT.md has it. `editor` is a member who is website_admin of the shop beside.
const grants = {
  owner: `organization:read organization:update organization:delete
    member:read member:invite member:update member:remove role:create role:read role:update role:delete
    website:create website:read website:update website:delete website:invite stats:read audit:read`,
  admin: `organization:read organization:update
    member:read member:invite member:update member:remove role:create role:read role:update role:delete
    website:create website:read website:update website:delete website:invite stats:read audit:read`,
  member: `organization:read organization:update member:read role:read
    website:create website:read website:update`,
  website_admin: "website:read website:update website:delete website:invite",
  website_user: "website:read website:update",
};
const words = (text: string) => text.split(/\s+/).sort();

/** Of all permissions those that this caller is told to have, in the organization or on its shop. */
async function allowedTo({ callers, acme }: Scene, standing: Standing, onShop = false): Promise<string[]> {
  const { token = "" } = callers[standing];
  const answers = await Promise.all(
    everyPermission.map(async (permission) => {
      const json = { org_id: acme.org_id, permission, ...(onShop && { website_id: acme.shop }) };
      const { status, body } = await ask("/permissions/check", { json, token });
      expect([status, Object.keys(body)], JSON.stringify(body)).toEqual([200, ["allowed"]]);
      return { permission, allowed: body.allowed };
    }),
  );
  return answers
    .filter(({ allowed }) => allowed === true)
    .map(({ permission }) => permission)
    .sort();
}

test("the catalogue is the owner's permissions", () => {
  expect([...everyPermission].sort()).toEqual(words(grants.owner));
});

test.each(["owner", "admin", "member"] as const)(
  "%s: in the organization, and on a website of it",
  async (role) => {
    expect(await allowedTo(active, role)).toEqual(words(grants[role]));
    expect(await allowedTo(active, role, true)).toEqual(words(grants[role]));
  },
);

test.each(["website_admin", "website_user"] as const)("%s: on that website alone", async (role) => {
  expect(await allowedTo(active, role, true)).toEqual(words(grants[role]));
});

test("a member with a role on a website has both there, and the first elsewhere", async () => {
  expect(await allowedTo(active, "editor")).toEqual(words(grants.member));
  const both = new Set(words(`${grants.member} ${grants.website_admin}`));
  expect(await allowedTo(active, "editor", true)).toEqual([...both].sort());
});

test("a role of the organization's own has what it says, also on the next request", async () => {
  for (const permission of ["role:update", "stats:read"]) {
    await lend(active.acme, permission);
    expect(await allowedTo(active, "holder")).toEqual([permission]);
    expect(await allowedTo(active, "lacker")).toEqual(
      words(grants.owner).filter((other) => other !== permission),
    );
  }
});

test("the owner of a suspended organization may read", async () => {
  const reads = words(grants.owner).filter((permission) => permission.endsWith(":read"));
  expect(await allowedTo(suspended, "owner")).toEqual(reads);
  expect(await allowedTo(suspended, "owner", true)).toEqual(reads);
});
