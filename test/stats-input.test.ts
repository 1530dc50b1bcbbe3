// What statistics are asked with: the contract's filters and nothing else, and which refusal wins.
import { beforeAll, describe, expect, test } from "vitest";
import { call } from "./support/app.ts";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { askStats, statsPaths } from "./support/stats.ts";
import { guestOf, memberOf, websiteOf } from "./support/tenants.ts";

let ann: SignedIn;
let hand: SignedIn;
beforeAll(async () => {
  ann = await signedIn();
  hand = await memberOf(ann.org_id);
});

const missing = 2_147_483_647;

describe.each(statsPaths)("GET /stats/%s", (path) => {
  const get = (query: string, person = ann) => as(person)(`GET /stats/${path}${query}`);

  test("is for people who are signed in", async () => {
    await expectProblem(await call(`/stats/${path}`), "unauthenticated");
    const gone = await signedIn();
    await as(gone)("POST /signout");
    await expectProblem(await get("", gone), "session_ended");
    await expectProblem(await get(`?org_id=${missing}`, gone), "session_ended");
  });

  test.each([
    ["from", "yesterday"],
    ["from", ""],
    ["from", "-1"],
    ["from", "1e12"],
    ["from", "1.5"],
    ["from", "0x10"],
    ["from", "9".repeat(16)],
    ["to", "2026-13-01"],
    ["to", "2026-02-30"],
    ["to", "2026-01-01T24:00:00Z"],
    ...(path === "membership-growth" ? [] : [["to", "2026-01-01T00:00:00"]]), // There a time zone is known.
    ["to", "2026-01-01%2000:00:00Z"],
    ["to", "12:00"],
    ["to", "NaN"],
    ["to", "%00"],
    ["status", "asleep"],
    ["status", "2"],
    ["status", ""],
    ["status", "ACTIVE"],
    ["limit", "201"],
    ["limit", "0"],
    ["limit", "abc"],
    ["limit", "1.0"],
    ["role", "owner"],
    ["org", "1"],
  ])("refuses %s=%s", async (key, value) => {
    const { errors } = await expectProblem(await get(`?${key}=${value}`), "invalid_request");
    expect(errors.map((error: { path: string }) => error.path)).toEqual([key]);
  });

  test("refuses an end before its beginning, however they are written; takes one moment for both", async () => {
    for (const query of [
      "?from=1000&to=999",
      "?from=2026-01-02&to=2026-01-01",
      "?from=2026-01-01T00:00:00.001Z&to=1767225600000",
      "?from=2026-01-01T00:00:00Z&to=2026-01-01T00:30:00%2B01:00",
    ]) {
      const { errors } = await expectProblem(await get(query), "invalid_request", query);
      expect(errors).toEqual([{ path: "from", message: "must not be after `to`" }]);
    }
    for (const query of ["?from=1000&to=1000", "?from=2026-01-01&to=1767225600000"])
      expect((await expectAnswer(await get(query), 200)).next_cursor).toBeNull();
  });

  test("refuses every key that the others take and it does not", async () => {
    const others = path === "membership-growth" ? [] : ["interval=day", "tz=UTC"];
    for (const pair of [...others, "cursors=1", "Status=active", "org_id%00=1"])
      await expectProblem(await get(`?${pair}`), "invalid_request", pair);
  });

  test("an organization that is not there, or not the caller's, is a 404", async () => {
    const stranger = await signedIn();
    const deleted = await expectAnswer(await as(stranger)("POST /organizations", { name: "Gone" }), 201);
    await expectAnswer(await as(stranger)(`DELETE /organizations/${deleted.org_id}`), 204);
    for (const id of [missing, 0, "x", "", "-1", "1e3", "01", "%20", stranger.org_id, deleted.org_id])
      await expectProblem(await get(`?org_id=${id}`), "not_found", String(id));
    await expectProblem(await get(`?org_id=${deleted.org_id}`, stranger), "not_found");
  });

  test("a member without stats:read is refused, a suspended one too; a guest sees nothing there", async () => {
    const here = `?org_id=${ann.org_id}`;
    await expectProblem(await get(here, hand), "permission_missing");
    const everythingElse = await memberOf(ann.org_id, {
      permissions: ["member:read", "audit:read", "role:read", "organization:read"],
    });
    await expectProblem(await get(here, everythingElse), "permission_missing");
    const off = await memberOf(ann.org_id, { role: "admin", status: 1 });
    await expectProblem(await get(here, off), "member_suspended");
    const guest = await guestOf(await websiteOf(ann.org_id), { role: "website_admin" });
    await expectProblem(await get(here, guest), "not_found");
  });

  test("in a suspended organization its owner counts, nobody else does", async () => {
    const bob = await signedIn();
    const admin = await memberOf(bob.org_id, { role: "admin" });
    const stranger = await signedIn();
    const here = `?org_id=${bob.org_id}`;
    await expectAnswer(await get(here, admin), 200);
    await owner("update organisation set status = 1 where id = $1", [bob.org_id]);
    await expectAnswer(await get(here, bob), 200);
    await expectProblem(await get(here, admin), "organization_suspended");
    await expectProblem(await get(here, stranger), "not_found");
  });

  test("bad input wins over a missing organization and a missing permission, a bad cursor over both", async () => {
    for (const person of [ann, hand]) {
      for (const id of [missing, ann.org_id]) {
        await expectProblem(await get(`?org_id=${id}&status=asleep`, person), "invalid_request");
        await expectProblem(await get(`?org_id=${id}&from=2&to=1`, person), "invalid_request");
        await expectProblem(await get(`?org_id=${id}&status=asleep&cursor=x`, person), "invalid_cursor");
      }
    }
    await expectProblem(await get(`?org_id=${missing}`, hand), "not_found");
  });

  test("a cursor of another list, other filters or another caller is refused", async () => {
    const bob = await memberOf(ann.org_id, { role: "admin" });
    const asked = { limit: 1, to: "2030-01-01" };
    const first = await expectAnswer(await askStats(bob, path, asked), 200);
    expect(first.data).toHaveLength(1);
    const cursor = first.next_cursor;
    expect(cursor).toEqual(expect.any(String));
    await expectAnswer(await askStats(bob, path, { ...asked, limit: 200, cursor }), 200);
    for (const other of [
      { cursor },
      { to: "2030-01-02", cursor },
      { ...asked, status: "active", cursor },
      { ...asked, org_id: ann.org_id, cursor },
    ])
      await expectProblem(await askStats(bob, path, other), "invalid_cursor", JSON.stringify(other));
    await expectProblem(await askStats(ann, path, { ...asked, cursor }), "invalid_cursor");
    for (const another of statsPaths.filter((name) => name !== path))
      await expectProblem(await askStats(bob, another, { ...asked, cursor }), "invalid_cursor", another);
  });

  test("a cursor that was changed is refused", async () => {
    const bob = await memberOf(ann.org_id, { role: "admin" });
    const { next_cursor: cursor } = await expectAnswer(await askStats(bob, path, { limit: 1 }), 200);
    const [after = "", signature = ""] = cursor.split(".");
    const flipped = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
    for (const text of ["0", "[]", "[0,0]", '["",""]', "null", '{"$":1}'])
      await expectProblem(
        await askStats(bob, path, { cursor: `${btoa(text)}.${signature}` }),
        "invalid_cursor",
      );
    for (const forged of [`${after}.${flipped}`, after, `${cursor}.x`, `.${signature}`, ""])
      await expectProblem(await askStats(bob, path, { cursor: forged }), "invalid_cursor", forged);
  });
});

describe("GET /stats/membership-growth", () => {
  const get = (query: string) => as(ann)(`GET /stats/membership-growth?${query}`);

  test.each([
    ["interval", "year"],
    ["interval", "hour"],
    ["interval", "Day"],
    ["interval", ""],
    ["interval", "1 day"],
    ["interval", "day%27"],
    ["tz", ""],
    ["tz", "UTC%2B3"],
    ["tz", "UTC-3"],
    ["tz", "%2B02:00"],
    ["tz", "-02:00"],
    ["tz", "%2B0200"],
    ["tz", "GMT%2B2"],
    ["tz", "EST5EDT4,M3.2.0,M11.1.0"],
    ["tz", "CET-1CEST"],
    ["tz", "FOO3"],
    ["tz", "%3C%2B03%3E-3"],
    ["tz", "Europe/Atlantis"],
    ["tz", "Europe"],
    ["tz", "Europe/Berlin%20"],
    ["tz", "Europe/Berlin%00"],
    ["tz", "europe%5Cberlin"],
    ["tz", "../../etc/passwd"],
    ["tz", "interval%20%271%20day%27"],
    ["tz", "localtime"],
    ["tz", "posixrules"],
    ["tz", "x".repeat(10_000)],
  ])("refuses %s=%s", async (key, value) => {
    const { errors } = await expectProblem(await get(`${key}=${value}`), "invalid_request");
    expect(errors.map((error: { path: string }) => error.path)).toEqual([key]);
  });

  test("names each field that is wrong", async () => {
    for (const [query, paths] of [
      ["tz=Europe/Atlantis&from=1800-01-01", ["tz"]],
      ["interval=year&tz=Nowhere&from=2&to=1", ["interval", "tz"]],
      ["from=garbage&to=1970-01-01&tz=UTC%2B3", ["from", "tz"]],
      ["from=2&to=1&status=asleep", ["status"]],
    ] as const) {
      const { errors } = await expectProblem(await get(query), "invalid_request", query);
      expect(errors.map((error: { path: string }) => error.path).sort()).toEqual(paths);
    }
  });

  test.each(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+3", "Asia/Calcutta", "GMT"])(
    "knows the zone %s",
    async (tz) => {
      const { data } = await expectAnswer(await get(`tz=${encodeURIComponent(tz)}`), 200);
      expect(data).toHaveLength(30);
    },
  );
});
