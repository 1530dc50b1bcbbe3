import { describe, expect, test } from "vitest";
import { ask } from "./support/app.ts";
import { owner } from "./support/owner.ts";
import { type Person, signedIn, signIn, signUp } from "./support/people.ts";

const list = (token: string, query = "") => ask(`/sessions${query}`, { token });
const end = (token: string, id: unknown) => ask(`/sessions/${id}`, { method: "DELETE", token });
const manyFor = async (person: Person, count: number) => {
  const found = [];
  for (let i = 0; i < count; i += 1) found.push(await signIn(person));
  return found;
};

describe("GET /sessions", () => {
  test("shows device, place, last use, and which one is current", async () => {
    const person = await signUp();
    const headers = {
      "cf-connecting-ip": "192.0.2.9",
      "user-agent":
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15",
    };
    await ask("/signin", {
      json: { email: person.email, password: person.password },
      headers,
      cf: { city: "Oslo", country: "NO" },
    });
    const me = await signIn(person);
    const { status, body } = await list(me.access);
    expect(status).toBe(200);
    expect(body.next_cursor).toBeNull();
    expect(body.data).toHaveLength(2);
    expect(body.data[0]).toEqual({
      session_id: expect.any(Number),
      device: "Safari on macOS",
      place: "Oslo, NO",
      ip: "192.0.2.9",
      current: false,
      created_at: expect.any(Number),
      last_used_at: expect.any(Number),
      expires_at: expect.any(Number),
    });
    expect(body.data[1]).toMatchObject({ session_id: me.session_id, current: true });
  });

  test("pages by ascending id, without gaps or repeats", async () => {
    const person = await signUp();
    const all = await manyFor(person, 5);
    const token = all[0]?.access ?? "";
    const seen: number[] = [];
    let cursor: string | null = "";
    do {
      const { body } = await list(token, `?limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
      seen.push(...body.data.map((session: { session_id: number }) => session.session_id));
      cursor = body.next_cursor;
    } while (cursor);
    expect(seen).toEqual(all.map((session) => session.session_id));
  });

  test("a cursor is of no use to somebody else, nor when altered", async () => {
    const person = await signUp();
    const [mine] = await manyFor(person, 3);
    const other = await signedIn();
    const { body } = await list(mine?.access ?? "", "?limit=1");
    const cursor: string = body.next_cursor;
    expect((await list(other.access, `?limit=1&cursor=${cursor}`)).body.code).toBe("invalid_cursor");
    const altered = `${btoa("999").replace(/=/g, "")}.${cursor.split(".")[1]}`;
    expect((await list(mine?.access ?? "", `?limit=1&cursor=${altered}`)).status).toBe(400);
    expect((await list(mine?.access ?? "", `?limit=2&cursor=${cursor}`)).status).toBe(200);
  });

  test("does not show ended or expired sessions", async () => {
    const person = await signUp();
    const [first, second, third] = await manyFor(person, 3);
    await end(third?.access ?? "", first?.session_id);
    await owner("update session set expires_at = created_at where id = $1", [second?.session_id]);
    const { body } = await list(third?.access ?? "");
    expect(body.data.map((session: { session_id: number }) => session.session_id)).toEqual([
      third?.session_id,
    ]);
  });

  test("the last use moves with a refresh", async () => {
    const me = await signedIn();
    await owner("update session set last_used_at = last_used_at - 5000 where id = $1", [me.session_id]);
    const before = (await list(me.access)).body.data[0].last_used_at;
    await ask("/token/refresh", { json: { refresh_token: me.refresh } });
    expect((await list(me.access)).body.data[0].last_used_at).toBeGreaterThan(before + 4000);
  });
});

describe("ending sessions", () => {
  test("signing out ends this session, at once and for good, and no other", async () => {
    const person = await signUp();
    const [one, two] = await manyFor(person, 2);
    expect((await ask("/signout", { method: "POST", token: one?.access ?? "" })).status).toBe(204);
    const after = await ask("/me", { token: one?.access ?? "" });
    expect([after.status, after.body.code]).toEqual([401, "session_ended"]);
    expect((await ask("/me", { token: two?.access ?? "" })).status).toBe(200);
  });

  test("one session by its id, also one's own; a second time it is a 404", async () => {
    const person = await signUp();
    const [one, two] = await manyFor(person, 2);
    expect((await end(two?.access ?? "", one?.session_id)).status).toBe(204);
    expect((await ask("/me", { token: one?.access ?? "" })).status).toBe(401);
    expect((await end(two?.access ?? "", one?.session_id)).status).toBe(404);
    expect((await end(two?.access ?? "", two?.session_id)).status).toBe(204);
    expect((await ask("/me", { token: two?.access ?? "" })).status).toBe(401);
  });

  test("somebody else's, a missing and a malformed id are the same 404, and nothing ends", async () => {
    const me = await signedIn();
    const other = await signedIn();
    const bodies = [];
    for (const id of [other.session_id, 999_999_999, "abc", "0", "-1", "1e3", "01", "9".repeat(30), "%00"]) {
      const { status, body } = await end(me.access, id);
      expect([id, status]).toEqual([id, 404]);
      bodies.push({ ...body, request_id: "" });
    }
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    expect((await ask("/me", { token: other.access })).status).toBe(200);
  });

  test("all others at once", async () => {
    const person = await signUp();
    const [one, two, three] = await manyFor(person, 3);
    const stranger = await signedIn();
    expect((await ask("/sessions", { method: "DELETE", token: two?.access ?? "" })).status).toBe(204);
    expect((await ask("/me", { token: one?.access ?? "" })).status).toBe(401);
    expect((await ask("/me", { token: two?.access ?? "" })).status).toBe(200);
    expect((await ask("/me", { token: three?.access ?? "" })).status).toBe(401);
    expect((await ask("/me", { token: stranger.access })).status).toBe(200);
  });
});

test("why a session ended is kept", async () => {
  const person = await signUp();
  const [one, two, three, four] = await manyFor(person, 4);
  await end(one?.access ?? "", two?.session_id);
  await ask("/signout", { method: "POST", token: three?.access ?? "" });
  await ask("/sessions", { method: "DELETE", token: one?.access ?? "" });
  const reasons = await owner(
    "select id::int, end_reason from session where user_id = $1 and ended_at is not null order by id",
    [person.user_id],
  );
  expect(reasons).toEqual([
    { id: two?.session_id, end_reason: "revoked" },
    { id: three?.session_id, end_reason: "signed_out" },
    { id: four?.session_id, end_reason: "revoked" },
  ]);
});

test("an empty refresh token is a fault of the body", async () => {
  const { status, body } = await ask("/token/refresh", { json: { refresh_token: "" } });
  expect([status, body.code]).toEqual([422, "invalid_request"]);
});
