// Reading the audit trail: who may, newest first, by actor, action and time, page by page.
import { beforeAll, describe, expect, test } from "vitest";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { extraOf, guestOf, memberOf, websiteOf } from "./support/tenants.ts";

type Event = { event_id: number; created_at: number; action: string; actor_id: number | null };

let ann: SignedIn;
let admin: SignedIn;
let path: string;
/** All of Ann's trail, newest first. */
let whole: Event[];

const list = (query: string, person = ann) => as(person)(`GET ${path}${query}`);
const found = async (query: string): Promise<Event[]> => (await expectAnswer(await list(query), 200)).data;

beforeAll(async () => {
  ann = await signedIn();
  path = `/organizations/${ann.org_id}/audit-events`;
  admin = await memberOf(ann.org_id, { role: "admin" });
  const target = await extraOf(ann.org_id);
  for (const [person, status] of [
    [ann, 1],
    [admin, 0],
    [ann, 1],
    [admin, 0],
  ] as const)
    await as(person)(`PATCH /organizations/${ann.org_id}/members/${target}`, { status });
  await as(admin)(
    `PATCH /organizations/${ann.org_id}`,
    { name: "Renamed" },
    { "cf-connecting-ip": "2001:db8::7" },
  );
  // Some at one and the same moment, and one whose id is late for its time.
  await owner("update audit_event set created_at = created_at / 100000 * 100000 where org_id = $1", [
    ann.org_id,
  ]);
  await owner(
    `update audit_event set created_at = created_at - 500000
     where id = (select max(id) from audit_event where org_id = $1 and action = 'member.updated')`,
    [ann.org_id],
  );
  whole = await found("?limit=200");
});

test("an event says who did what to whom, when and from where", async () => {
  const event = whole.find(({ action }) => action === "organization.updated");
  expect(event).toEqual({
    event_id: expect.any(Number),
    action: "organization.updated",
    actor_id: admin.user_id,
    actor_email: admin.email,
    session_id: admin.session_id,
    target_type: "organization",
    target_id: ann.org_id,
    website_id: null,
    before: { name: "Acme" },
    after: { name: "Renamed" },
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    ip: "2001:db8::7",
    created_at: expect.any(Number),
  });
});

test("is in the order of the clock, newest first, whatever order the ids have", () => {
  expect(whole.length).toBeGreaterThan(7);
  const sorted = [...whole].sort((a, b) => b.created_at - a.created_at || b.event_id - a.event_id);
  expect(whole).toEqual(sorted);
  const ids = whole.map(({ event_id }) => event_id);
  expect(ids).not.toEqual(ids.toSorted((a, b) => b - a));
});

test("tells of this organization alone, and what nobody signed in for has no actor", async () => {
  const rows = await owner("select id from audit_event where org_id = $1", [ann.org_id]);
  expect(whole.map(({ event_id }) => event_id).sort()).toEqual(rows.map(({ id }) => Number(id)).sort());
  expect(whole.filter(({ actor_id }) => actor_id === null).map(({ action }) => action)).toEqual([
    "member.created",
    "member.created",
  ]);
});

describe("who may read it", () => {
  test("owners, admins and whose role says audit:read", async () => {
    const auditor = await memberOf(ann.org_id, { permissions: ["audit:read"] });
    for (const person of [ann, admin, auditor]) await expectAnswer(await list("", person), 200);
    // A role that sees no members sees no addresses either.
    const { data } = await expectAnswer(await list("?action=organization.updated", auditor), 200);
    expect(data[0]).toMatchObject({ actor_id: admin.user_id, actor_email: null });
    await expectProblem(await list("", await memberOf(ann.org_id)), "permission_missing");
    const guest = await guestOf(await websiteOf(ann.org_id), { role: "website_admin" });
    for (const person of [guest, await signedIn()]) await expectProblem(await list("", person), "not_found");
  });
});

describe("filters", () => {
  const fresh = async (query: string) => {
    const [events, all] = [await found(`${query}&limit=200`), await found("?limit=200")];
    return { events, all };
  };

  test("by actor, also one who has left", async () => {
    const bob = await memberOf(ann.org_id, { role: "admin" });
    await as(bob)(`POST /organizations/${ann.org_id}/roles`, {
      name: `By ${bob.user_id}`,
      scope: "organization",
      permissions: [],
    });
    await as(bob)(`POST /organizations/${ann.org_id}/leave`);
    for (const person of [ann, admin, bob]) {
      const { events, all } = await fresh(`?actor=${person.user_id}`);
      expect(events.length).toBeGreaterThan(1);
      expect(events).toEqual(all.filter(({ actor_id }) => actor_id === person.user_id));
    }
  });

  test("by an actor who did nothing yet: nothing; unknown here: a 404", async () => {
    const idle = await memberOf(ann.org_id);
    expect(await found(`?actor=${idle.user_id}`)).toEqual([]);
    const stranger = await signedIn();
    for (const id of [stranger.user_id, 2147483647, "0", "x", "", "1e3"])
      await expectProblem(await list(`?actor=${id}`), "not_found", String(id));
  });

  test("by action", async () => {
    const { events, all } = await fresh("?action=member.updated");
    expect(events).toHaveLength(4);
    expect(events).toEqual(all.filter(({ action }) => action === "member.updated"));
    for (const action of ["member.flown", "member", "member.%25", "MEMBER.UPDATED"])
      expect(await found(`?action=${action}`)).toEqual([]);
  });

  test("by time, from inclusive and to exclusive, in milliseconds or ISO 8601", async () => {
    const times = [...new Set(whole.map(({ created_at }) => created_at))].sort((a, b) => a - b);
    const [early = 0, late = 0] = [times.at(0), times.at(-1)];
    expect(early).toBeLessThan(late);
    const iso = (ms: number) => new Date(ms).toISOString();
    const between = (from: number, to: number) =>
      whole.filter(({ created_at }) => created_at >= from && created_at < to);
    for (const write of [String, iso]) {
      const at = (from: number, to: number) => found(`?limit=200&from=${write(from)}&to=${write(to)}`);
      expect(await at(early, late)).toEqual(between(early, late));
      expect(await at(early, early + 1)).toEqual(between(early, early + 1));
      expect(await at(early + 1, late)).toEqual(between(early + 1, late));
      expect(await at(late, early)).toEqual([]);
    }
    expect(between(early, late).length).toBeGreaterThan(0);
    const offset = encodeURIComponent(iso(late).replace("Z", "+00:00"));
    expect(await found(`?to=${offset}`)).toEqual(between(0, late));
  });

  test("join", async () => {
    const { events, all } = await fresh(`?actor=${admin.user_id}&action=member.updated`);
    expect(events).toHaveLength(2);
    expect(events).toEqual(
      all.filter(({ actor_id, action }) => actor_id === admin.user_id && action === "member.updated"),
    );
    const last = events.at(-1)?.created_at ?? 0;
    const rest = await found(`?actor=${admin.user_id}&action=member.updated&to=${last}`);
    expect(rest).toEqual(events.filter(({ created_at }) => created_at < last));
  });

  test.each([
    ["from", "yesterday"],
    ["from", ""],
    ["to", "-1"],
    ["to", "1e12"],
    ["to", "2026-13-01"],
    ["to", "9".repeat(16)],
    ["action", ""],
    ["action", "x".repeat(81)],
    ["target", "1"],
  ])("refuses %s=%s", async (key, value) => {
    const { errors } = await expectProblem(await list(`?${key}=${value}`), "invalid_request");
    expect(errors.map((error: { path: string }) => error.path)).toEqual([key]);
  });
});

describe("page by page", () => {
  test("each event once, also those of one moment, while new ones are written", async () => {
    const before = await found("?limit=200");
    for (const limit of [1, 2, 3]) {
      const seen: Event[] = [];
      let cursor = "";
      do {
        const page = await expectAnswer(await list(`?limit=${limit}${cursor}`), 200);
        seen.push(...page.data);
        cursor = page.next_cursor && `&cursor=${page.next_cursor}`;
        if (seen.length === limit)
          await as(ann)(`PATCH /organizations/${ann.org_id}`, { name: `At ${limit}` });
      } while (cursor);
      expect(seen.slice(-before.length)).toEqual(before);
      expect(new Set(seen.map(({ event_id }) => event_id)).size).toBe(seen.length);
    }
  });

  test("with filters too; a cursor carried to other filters, or another caller, is refused", async () => {
    const query = `?action=member.updated`;
    const first = await expectAnswer(await list(`${query}&limit=2`), 200);
    const rest = await expectAnswer(await list(`${query}&cursor=${first.next_cursor}`), 200);
    expect([...first.data, ...rest.data]).toEqual(await found(query));
    for (const other of [
      "?",
      "?action=member.deleted&",
      `${query}&from=0&`,
      `${query}&actor=${ann.user_id}&`,
    ])
      await expectProblem(await list(`${other}cursor=${first.next_cursor}`), "invalid_cursor", other);
    await expectProblem(await list(`${query}&cursor=${first.next_cursor}`, admin), "invalid_cursor");
    const [after = "", signature] = first.next_cursor.split(".");
    const forged = `${btoa(String(Number(atob(after)) + 1)).replace(/=+$/, "")}.${signature}`;
    await expectProblem(await list(`${query}&cursor=${forged}`), "invalid_cursor");
  });
});
