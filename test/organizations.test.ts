// Organizations: made, listed, read and changed.
import { beforeAll, describe, expect, test } from "vitest";
import { systemRoles } from "../src/permissions.ts";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn, signIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { guestOf, memberOf, websiteOf } from "./support/tenants.ts";

const rowOf = async (orgId: number) => (await owner("select * from organisation where id = $1", [orgId]))[0];

/** Names that stand in mails, and may not. */
const badNames: [string, unknown][] = [
  ["a link", "Win at https://evil.example"],
  ["what a mail program makes a link", "evil.com"],
  ["an address in wide letters", "ｅｖｉｌ．ｃｏｍ"],
  ["a line break", "Acme\nBcc: x"],
  ["a bell", "Acme\u0007"],
  ["text turned around", "Acme \u202e moc"],
  ["nothing to see", "\u200d\u3164"],
  ["nothing at all", "   "],
  ["81 characters", "a".repeat(81)],
];

describe("POST /organizations", () => {
  test("makes the organization with its five system roles, and the caller its owner", async () => {
    const ann = await signedIn();
    const json = { name: "  Globex  ", details: { size: 7 }, personal: true };
    const made = await expectAnswer(await as(ann)("POST /organizations", json), 201);
    expect(made).toEqual({ message: expect.any(String), org_id: expect.any(Number) });
    expect(await rowOf(made.org_id)).toMatchObject({
      name: "Globex",
      status: 0,
      personal: true,
      settings: { details: { size: 7 } },
    });
    const roles = await owner(
      "select name, scope, permissions, system from role where org_id = $1 order by id",
      [made.org_id],
    );
    const sorted = ({ permissions, ...role }: { permissions: string[] }) => ({
      ...role,
      permissions: [...permissions].sort(),
    });
    expect(roles.map((role) => sorted(role as never))).toEqual(
      systemRoles.map((role) => sorted({ ...role, system: true } as never)),
    );
    const members = await owner(
      "select m.user_id, m.status, r.name from member m join role r on r.id = m.role_id where m.org_id = $1",
      [made.org_id],
    );
    expect(members).toEqual([{ user_id: ann.user_id, status: 0, name: "owner" }]);
  });

  test("needs no more than a name, which need not be unique; details may be text", async () => {
    const ann = as(await signedIn());
    const bare = await expectAnswer(await ann("POST /organizations", { name: "Acme" }), 201);
    expect(await rowOf(bare.org_id)).toMatchObject({ personal: false, settings: {} });
    const told = await expectAnswer(
      await ann("POST /organizations", { name: "Acme", details: "Anvils" }),
      201,
    );
    expect((await rowOf(told.org_id))?.settings).toEqual({ details: "Anvils" });
  });

  test.each(badNames)("refuses a name with %s, and makes nothing", async (_, name) => {
    const ann = await signedIn();
    const { errors } = await expectProblem(await as(ann)("POST /organizations", { name }), "invalid_request");
    expect(errors[0].path).toBe("name");
    expect(await owner("select id from member where user_id = $1", [ann.user_id])).toHaveLength(1);
  });

  test.each([
    ["no name", {}, "name"],
    ["details that are a number", { name: "Acme", details: 7 }, "details"],
    ["text of 10,001 characters for details", { name: "Acme", details: "x".repeat(10_001) }, "details"],
    ["a word for personal", { name: "Acme", personal: "yes" }, "personal"],
    ["a status", { name: "Acme", status: 1 }, "status"],
    ["settings", { name: "Acme", settings: {} }, "settings"],
  ])("refuses %s", async (_, json, path) => {
    const answer = await as(await signedIn())("POST /organizations", json);
    const { errors } = await expectProblem(answer, "invalid_request");
    expect(errors.map((error: { path: string }) => error.path)).toEqual([path]);
  });
});

describe("GET /organizations", () => {
  test("shows the caller's own, with role and permissions, by ascending id", async () => {
    const [ann, bob] = [await signedIn(), await signedIn({ organization_name: "Bob's" })];
    await guestOf(await websiteOf(bob.org_id));
    const cat = await memberOf(bob.org_id);
    await owner("delete from organisation where id = $1", [cat.org_id]);
    const mine = await expectAnswer(await as(ann)("POST /organizations", { name: "Second" }), 201);
    const { data, next_cursor } = await expectAnswer(await as(ann)("GET /organizations"), 200);
    expect(next_cursor).toBeNull();
    expect(data.map((row: { org_id: number }) => row.org_id)).toEqual([ann.org_id, mine.org_id]);
    expect((await expectAnswer(await as(cat)("GET /organizations"), 200)).data).toEqual([
      {
        org_id: bob.org_id,
        name: "Bob's",
        status: "active",
        personal: false,
        role: "member",
        permissions: systemRoles[2]?.permissions,
        created_at: expect.any(Number),
        updated_at: expect.any(Number),
      },
    ]);
  });

  test("a guest's organization is not among them, nor one where the caller is suspended", async () => {
    const bob = await signedIn();
    const guest = await guestOf(await websiteOf(bob.org_id));
    const off = await memberOf(bob.org_id, { status: 1 });
    for (const person of [guest, off]) {
      const { data } = await expectAnswer(await as(person)("GET /organizations"), 200);
      expect(data.map((row: { org_id: number }) => row.org_id)).toEqual([person.org_id]);
    }
  });

  test("of a suspended one, its people learn that it is suspended, and nothing that it keeps", async () => {
    const bob = await signedIn({ organization_name: "Bob's", organization_details: "x" });
    const admin = await memberOf(bob.org_id, { role: "admin" });
    await owner("update organisation set status = 1 where id = $1", [bob.org_id]);
    for (const person of [admin, bob]) {
      const { data } = await expectAnswer(await as(person)("GET /organizations"), 200);
      const listed = data.find((row: { org_id: number }) => row.org_id === bob.org_id);
      expect(listed).toMatchObject({ name: "Bob's", status: "suspended" });
      expect(listed).not.toHaveProperty("settings");
    }
  });

  test("is paged without gaps or repeats; a token for one shows that one", async () => {
    const ann = await signedIn();
    const ids = [ann.org_id];
    for (const name of ["B", "C", "D"])
      ids.push((await expectAnswer(await as(ann)("POST /organizations", { name }), 201)).org_id);
    const seen: number[] = [];
    let cursor = "";
    do {
      const page = await expectAnswer(await as(ann)(`GET /organizations?limit=2${cursor}`), 200);
      seen.push(...page.data.map((row: { org_id: number }) => row.org_id));
      cursor = page.next_cursor && `&cursor=${page.next_cursor}`;
    } while (cursor);
    expect(seen).toEqual(ids);
    const narrowed = await signIn(ann, { org_id: ids[2] });
    const { data } = await expectAnswer(await as(narrowed)("GET /organizations"), 200);
    expect(data).toEqual([expect.objectContaining({ org_id: ids[2] })]);
  });
});

describe("one organization", () => {
  let ann: SignedIn;
  let path: string;
  beforeAll(async () => {
    ann = await signedIn({ organization_name: "Acme", organization_details: "Anvils" });
    path = `/organizations/${ann.org_id}`;
  });

  test("GET shows it with the caller's role; a role without organization:read does not", async () => {
    const admin = await memberOf(ann.org_id, { role: "admin" });
    expect(await expectAnswer(await as(admin)(`GET ${path}`), 200)).toEqual({
      org_id: ann.org_id,
      name: "Acme",
      status: "active",
      personal: false,
      settings: { details: "Anvils" },
      role: "admin",
      permissions: systemRoles[1]?.permissions,
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
    });
    const blind = await memberOf(ann.org_id, { permissions: ["member:read"] });
    await expectProblem(await as(blind)(`GET ${path}`), "permission_missing");
  });

  test("PATCH merges settings, replaces name and personal, and leaves the rest", async () => {
    const bob = await signedIn({ organization_details: "Before" });
    const hand = as(await memberOf(bob.org_id)); // members may
    const there = `PATCH /organizations/${bob.org_id}`;
    const first = await expectAnswer(
      await hand(there, { settings: { theme: { dark: true }, beta: 1 } }),
      200,
    );
    expect(first.settings).toEqual({ details: "Before", theme: { dark: true }, beta: 1 });
    const json = { name: "Renamed", personal: true, settings: { theme: { wide: 1 }, beta: null } };
    const second = await expectAnswer(await hand(there, json), 200);
    expect(second).toMatchObject({ name: "Renamed", personal: true, role: "member" });
    const settings = { details: "Before", theme: { wide: 1 } };
    expect(second.settings).toEqual(settings);
    expect(await rowOf(bob.org_id)).toMatchObject({ name: "Renamed", personal: true, settings, status: 0 });
    expect(await expectAnswer(await hand(there, { personal: false }), 200)).toMatchObject({ settings });
  });

  test("PATCH with nothing in it changes nothing, not even updated_at, and needs the right to change", async () => {
    const before = await rowOf(ann.org_id);
    for (const json of [{}, { settings: {} }]) await expectAnswer(await as(ann)(`PATCH ${path}`, json), 200);
    expect(await rowOf(ann.org_id)).toEqual(before);
    const reader = await memberOf(ann.org_id, { permissions: ["organization:read"] });
    await expectProblem(await as(reader)(`PATCH ${path}`, {}), "permission_missing");
  });

  test("PATCH refuses bad names, a status, and settings without end, and changes nothing", async () => {
    const before = await rowOf(ann.org_id);
    const refused: [unknown, string][] = badNames.map(([, name]) => [{ name }, "name"]);
    const fields = [
      [{ status: "active" }, "status"],
      [{ status: 1 }, "status"],
      [{ details: "x" }, "details"],
      [{ settings: [] }, "settings"],
      [{ personal: null }, "personal"],
    ] as const;
    for (const [json, at] of [...refused, ...fields]) {
      const { errors } = await expectProblem(await as(ann)(`PATCH ${path}`, json), "invalid_request");
      expect(errors[0].path).toBe(at);
    }
    expect(await rowOf(ann.org_id)).toEqual(before);
    const big = (key: string) => ({ settings: { [key]: "x".repeat(40_000) } });
    await expectAnswer(await as(ann)(`PATCH ${path}`, big("a")), 200);
    const { errors } = await expectProblem(await as(ann)(`PATCH ${path}`, big("b")), "invalid_request");
    expect(errors[0].path).toBe("settings");
  });

  test("fifty parallel patches of different keys lose none", async () => {
    const bob = await signedIn();
    const changes = Array.from({ length: 50 }, (_, i) =>
      as(bob)(`PATCH /organizations/${bob.org_id}`, { settings: { [`key${i}`]: i } }),
    );
    for (const answer of await Promise.all(changes)) expect(answer.status).toBe(200);
    expect(Object.keys((await rowOf(bob.org_id))?.settings)).toHaveLength(50);
  });
});
