// Websites: made, listed, read, changed, deleted, by members of the organization and by guests.
import { beforeAll, describe, expect, test } from "vitest";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { extraGuestOf, guestOf, memberOf, visits, websiteOf } from "./support/tenants.ts";

let ann: SignedIn;
let path: string;
beforeAll(async () => {
  ann = await signedIn({ organization_name: "Acme" });
  path = `/organizations/${ann.org_id}/websites`;
});
const rowOf = async (id: number) => (await owner("select * from website where id = $1", [id]))[0];
const idsOf = ({ data }: { data: { website_id: number }[] }) => data.map(({ website_id }) => website_id);

/** Web addresses that are none, or that nobody should follow. */
const badUrls: [string, unknown][] = [
  ["no address", "shop"],
  ["nothing", ""],
  ["no scheme", "shop.example"],
  ["no host", "https://"],
  ["another scheme", "ftp://shop.example"],
  ["a script", "javascript:alert(1)"],
  ["data", "data:text/html,x"],
  ["a file", "file:///etc/passwd"],
  ["a name and a password", "https://user:secret@shop.example"],
  ["a name", "https://user@shop.example"],
  ["an empty name", "https://@shop.example"],
  ["two hosts, by reader", "https://evil.example\\.shop.example"],
  ["text turned around", "https://shop.example/\u202ea"],
  ["a space", "https://shop.example/a b"],
  ["2,049 characters", `https://shop.example/${"a".repeat(2029)}`],
];

describe("POST websites", () => {
  test("makes the website; members may", async () => {
    const hand = await memberOf(ann.org_id);
    const json = { name: "  Corner Shop ", url: "https://shop.example/a?b=c#d", settings: { theme: "dark" } };
    const made = await expectAnswer(await as(hand)(`POST ${path}`, json), 201);
    expect(made).toEqual({
      message: expect.any(String),
      website_id: expect.any(Number),
      org_id: ann.org_id,
      ...json,
      name: "Corner Shop",
    });
    expect(await rowOf(made.website_id)).toMatchObject({
      org_id: ann.org_id,
      name: "Corner Shop",
      url: json.url,
      settings: json.settings,
      status: 0,
    });
    const bare = await expectAnswer(
      await as(hand)(`POST ${path}`, { name: "B", url: "http://localhost:3000" }),
      201,
    );
    expect(await rowOf(bare.website_id)).toMatchObject({ settings: {}, url: "http://localhost:3000" });
  });

  test("a website may be called by its address", async () => {
    const json = { name: "shop.example", url: "https://shop.example" };
    const { website_id } = await expectAnswer(await as(ann)(`POST ${path}`, json), 201);
    expect((await rowOf(website_id))?.name).toBe("shop.example");
  });

  const refused: [string, object, string][] = [
    ...badUrls.map(([what, url]) => [what, { name: "Shop", url }, "url"] as [string, object, string]),
    ["a name turned around", { name: "a\u202eb", url: "https://shop.example" }, "name"],
    ["81 characters of name", { name: "a".repeat(81), url: "https://shop.example" }, "name"],
    ["a name that is a whole address", { name: "https://shop.example", url: "https://shop.example" }, "name"],
    ["a name with a path", { name: "shop.example/login", url: "https://shop.example" }, "name"],
    ["a name with a line break", { name: "a\nb", url: "https://shop.example" }, "name"],
    ["an empty name", { name: " ", url: "https://shop.example" }, "name"],
    ["no name", { url: "https://shop.example" }, "name"],
    ["no url", { name: "Shop" }, "url"],
    ["settings of text", { name: "Shop", url: "https://shop.example", settings: "x" }, "settings"],
    ["a status", { name: "Shop", url: "https://shop.example", status: 1 }, "status"],
    ["an organization", { name: "Shop", url: "https://shop.example", org_id: 1 }, "org_id"],
  ];
  test.each(refused)("refuses %s, and makes nothing", async (_, json, at) => {
    const before = await owner("select id from website where org_id = $1", [ann.org_id]);
    const { errors } = await expectProblem(await as(ann)(`POST ${path}`, json), "invalid_request");
    expect(errors.map((error: { path: string }) => error.path)).toEqual([at]);
    expect(await owner("select id from website where org_id = $1", [ann.org_id])).toEqual(before);
  });

  test("needs website:create, of a member: a guest of another website is a stranger", async () => {
    const json = { name: "Shop", url: "https://shop.example" };
    const blind = await memberOf(ann.org_id, { permissions: ["website:read", "website:update"] });
    await expectProblem(await as(blind)(`POST ${path}`, json), "permission_missing");
    const guest = await guestOf(await websiteOf(ann.org_id), { role: "website_admin" });
    for (const person of [guest, await signedIn()])
      await expectProblem(await as(person)(`POST ${path}`, json), "not_found");
  });
});

describe("GET websites", () => {
  test("shows a member all of them, a guest theirs alone, with the organization's name", async () => {
    const bob = await signedIn({ organization_name: "Bob's" });
    const [shop, blog] = [await websiteOf(bob.org_id), await websiteOf(bob.org_id, "Blog")];
    const there = `GET /organizations/${bob.org_id}/websites`;
    const all = await expectAnswer(await as(await memberOf(bob.org_id))(there), 200);
    expect(all.next_cursor).toBeNull();
    expect(idsOf(all)).toEqual([shop, blog]);
    const guest = await guestOf(blog);
    const { data } = await expectAnswer(await as(guest)(there), 200);
    const expected = {
      website_id: blog,
      org_id: bob.org_id,
      organization: "Bob's",
      name: "Blog",
      url: "https://shop.example",
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
    };
    expect(data).toEqual([expected]);
    const one = await expectAnswer(await as(guest)(`${there}/${blog}`), 200);
    expect(one).toEqual({ ...expected, settings: {} });
    await expectProblem(await as(guest)(`${there}/${shop}`), "not_found");
    // That is all of the organization that a guest finds.
    for (const other of ["", "/members", "/roles", "/audit-events", `/members/${bob.user_id}`])
      await expectProblem(await as(guest)(`GET /organizations/${bob.org_id}${other}`), "not_found");
  });

  test("is paged, for members and guests", async () => {
    const bob = await signedIn();
    const ids: number[] = [];
    for (const name of ["A", "B", "C", "D", "E"]) ids.push(await websiteOf(bob.org_id, name));
    const guest = await guestOf(ids[0] ?? 0);
    for (const id of [ids[2], ids[4]]) await visits(guest.user_id, id ?? 0);
    for (const [person, all] of [
      [bob, ids],
      [guest, [ids[0], ids[2], ids[4]]],
    ] as const) {
      const seen: number[] = [];
      let cursor = "";
      do {
        const page = await expectAnswer(
          await as(person)(`GET /organizations/${bob.org_id}/websites?limit=2${cursor}`),
          200,
        );
        seen.push(...idsOf(page));
        cursor = page.next_cursor && `&cursor=${page.next_cursor}`;
      } while (cursor);
      expect(seen).toEqual(all);
    }
  });

  test("needs website:read; a role on one website reads that one", async () => {
    const shop = await websiteOf(ann.org_id);
    const blind = await memberOf(ann.org_id, { permissions: ["website:create"] });
    await expectProblem(await as(blind)(`GET ${path}`), "permission_missing");
    await expectProblem(await as(blind)(`GET ${path}/${shop}`), "permission_missing");
    await visits(blind.user_id, shop);
    expect(idsOf(await expectAnswer(await as(blind)(`GET ${path}`), 200))).toEqual([shop]);
    await expectAnswer(await as(blind)(`GET ${path}/${shop}`), 200);
    await expectProblem(await as(blind)(`GET ${path}/${await websiteOf(ann.org_id)}`), "permission_missing");
  });
});

describe("PATCH websites", () => {
  test("merges settings, replaces name and url, and leaves the rest; guests may, where they are", async () => {
    const id = await websiteOf(ann.org_id);
    const guest = await guestOf(id);
    const people = [ann, await memberOf(ann.org_id), guest];
    for (const person of people) {
      const there = `PATCH ${path}/${id}`;
      await expectAnswer(await as(person)(there, { settings: { a: { b: 1 }, c: 2 } }), 200);
      const json = { name: "New", url: "http://new.example", settings: { a: { d: 1 }, c: null } };
      const changed = await expectAnswer(await as(person)(there, json), 200);
      const expected = { name: "New", url: "http://new.example", settings: { a: { d: 1 } } };
      expect(changed).toMatchObject({ website_id: id, organization: "Acme", ...expected });
      expect(await rowOf(id)).toMatchObject(expected);
      const before = await rowOf(id);
      for (const nothing of [{}, { settings: {} }]) await expectAnswer(await as(person)(there, nothing), 200);
      expect(await rowOf(id)).toEqual(before);
    }
    await expectProblem(await as(guest)(`PATCH ${path}/${await websiteOf(ann.org_id)}`, {}), "not_found");
    const reader = await memberOf(ann.org_id, { permissions: ["website:read"] });
    await expectProblem(await as(reader)(`PATCH ${path}/${id}`, {}), "permission_missing");
  });

  test("refuses what a website may not have, and changes nothing", async () => {
    const id = await websiteOf(ann.org_id);
    const before = await rowOf(id);
    const refused = [
      ...badUrls.map(([, url]) => [{ url }, "url"] as const),
      [{ name: "\u200d" }, "name"],
      [{ name: "a\u0007b" }, "name"],
      [{ settings: [] }, "settings"],
      [{ status: 1 }, "status"],
    ] as const;
    for (const [json, at] of refused) {
      const { errors } = await expectProblem(await as(ann)(`PATCH ${path}/${id}`, json), "invalid_request");
      expect(errors[0].path).toBe(at);
    }
    expect(await rowOf(id)).toEqual(before);
    const big = (key: string) => ({ settings: { [key]: "x".repeat(40_000) } });
    await expectAnswer(await as(ann)(`PATCH ${path}/${id}`, big("a")), 200);
    const { errors } = await expectProblem(await as(ann)(`PATCH ${path}/${id}`, big("b")), "invalid_request");
    expect(errors[0].path).toBe("settings");
  });
});

describe("DELETE websites", () => {
  test("takes its people's access along; a website_admin may delete that one", async () => {
    const [shop, blog] = [await websiteOf(ann.org_id), await websiteOf(ann.org_id, "Blog")];
    const [boss, user] = [await guestOf(shop, { role: "website_admin" }), await guestOf(shop)];
    await extraGuestOf(blog);
    for (const person of [await memberOf(ann.org_id), user])
      await expectProblem(await as(person)(`DELETE ${path}/${shop}`), "permission_missing");
    await expectProblem(await as(boss)(`DELETE ${path}/${blog}`), "not_found");
    expect(await expectAnswer(await as(boss)(`DELETE ${path}/${shop}`), 204)).toBeNull();
    expect(await rowOf(shop)).toBeUndefined();
    expect(await owner("select id from website_member where website_id = $1", [shop])).toEqual([]);
    expect(await owner("select id from website_member where website_id = $1", [blog])).toHaveLength(1);
    for (const person of [boss, user, ann])
      await expectProblem(await as(person)(`GET ${path}/${shop}`), "not_found");
    await expectProblem(await as(boss)(`GET ${path}`), "not_found");
    expect((await expectAnswer(await as(boss)("GET /me"), 200)).websites).toEqual([]);
  });

  test("an admin of the organization may delete any of its own, and no other's", async () => {
    const stranger = await signedIn();
    const [own, theirs] = [await websiteOf(ann.org_id), await websiteOf(stranger.org_id)];
    const admin = await memberOf(ann.org_id, { role: "admin" });
    await expectProblem(await as(admin)(`DELETE ${path}/${theirs}`), "not_found");
    await expectProblem(
      await as(admin)(`DELETE /organizations/${stranger.org_id}/websites/${own}`),
      "not_found",
    );
    await expectAnswer(await as(admin)(`DELETE ${path}/${own}`), 204);
    expect(await rowOf(theirs)).toBeDefined();
  });
});
