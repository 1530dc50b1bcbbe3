import { describe, expect, test } from "vitest";
import { ask } from "./support/app.ts";
import { owner } from "./support/owner.ts";
import { claimsOf, type SignedIn, signedIn, signUp } from "./support/people.ts";

const refresh = (refresh_token: string, extra = {}) =>
  ask("/token/refresh", { json: { refresh_token, ...extra } });
const alive = async ({ access }: SignedIn) => (await ask("/me", { token: access })).status === 200;
/** Moves what was spent so far in this session into the past. */
const pass = (person: SignedIn, ms: number) =>
  owner("update refresh_token set spent_at = spent_at - $2 where session_id = $1", [person.session_id, ms]);

describe("POST /token/refresh", () => {
  test("gives a new pair; the new refresh token works", async () => {
    const person = await signedIn();
    const { status, body } = await refresh(person.refresh);
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      token_type: "Bearer",
      expires_in: 900,
    });
    expect(claimsOf(body.refresh_token).jti).not.toBe(claimsOf(person.refresh).jti);
    expect(claimsOf(body.refresh_token).sid).toBe(claimsOf(person.refresh).sid);
    expect((await ask("/me", { token: body.access_token })).status).toBe(200);
    expect((await refresh(body.refresh_token)).status).toBe(200);
  });

  test("a repeat within ten seconds gets the same successor", async () => {
    const person = await signedIn();
    const first = claimsOf((await refresh(person.refresh)).body.refresh_token);
    await pass(person, 9_000);
    const again = claimsOf((await refresh(person.refresh)).body.refresh_token);
    expect(again).toEqual(first);
    expect(await alive(person)).toBe(true);
  });

  test("a repeat after ten seconds ends the whole session", async () => {
    const person = await signedIn();
    const { body: pair } = await refresh(person.refresh);
    await pass(person, 10_001);
    const reused = await refresh(person.refresh);
    expect([reused.status, reused.body.code]).toEqual([401, "refresh_token_reused"]);
    expect(await alive(person)).toBe(false);
    const successor = await refresh(pair.refresh_token);
    expect([successor.status, successor.body.code]).toEqual([401, "session_ended"]);
  });

  test("an ancestor whose successor was used ends the session at any time", async () => {
    const person = await signedIn();
    const { body: pair } = await refresh(person.refresh);
    await refresh(pair.refresh_token);
    expect((await refresh(person.refresh)).body.code).toBe("refresh_token_reused");
    expect(await alive(person)).toBe(false);
  });

  test("an organization asked for is in the new token; without one it names none", async () => {
    const person = await signedIn();
    const named = await refresh(person.refresh, { org_id: person.org_id });
    expect(claimsOf(named.body.access_token)).toMatchObject({ org_id: person.org_id, role: "owner" });
    const plain = await refresh(named.body.refresh_token);
    expect(claimsOf(plain.body.access_token)).not.toHaveProperty("org_id");
  });

  test("an organization that is not the caller's is a 404, and nothing is spent", async () => {
    const person = await signedIn();
    const stranger = await signUp();
    for (const org_id of [stranger.org_id, 2_147_483_647, "x"]) {
      const { status, body } = await refresh(person.refresh, { org_id });
      expect([status, body.code]).toEqual([404, "not_found"]);
    }
    const [token] = await owner("select spent_at from refresh_token where session_id = $1", [
      person.session_id,
    ]);
    expect(token?.spent_at).toBeNull();
    expect((await refresh(person.refresh)).status).toBe(200);
  });

  test("theft is noticed even when the thief names a foreign organization", async () => {
    const person = await signedIn();
    await refresh(person.refresh);
    await pass(person, 60_000);
    expect((await refresh(person.refresh, { org_id: 2_147_483_647 })).body.code).toBe("refresh_token_reused");
    expect(await alive(person)).toBe(false);
  });

  test("an ended session cannot refresh", async () => {
    const person = await signedIn();
    await ask("/signout", { method: "POST", token: person.access });
    const { status, body } = await refresh(person.refresh);
    expect([status, body.code]).toEqual([401, "session_ended"]);
  });

  test("neither an access token nor another service's refresh token is taken", async () => {
    const person = await signedIn();
    const tampered = person.refresh.replace(/\.[^.]+$/, ".AAAA");
    for (const token of [person.access, tampered, "x.y.z", "x"]) {
      const { status, body } = await refresh(token);
      expect([status, body.code]).toEqual([401, "invalid_token"]);
    }
    expect((await ask("/me", { token: person.refresh })).status).toBe(401);
  });

  test("no chain of refreshes outlives thirty days", async () => {
    const person = await signedIn();
    await owner("update session set expires_at = created_at + 3600000 where id = $1", [person.session_id]);
    const { body } = await refresh(person.refresh);
    const { exp, iat } = claimsOf(body.refresh_token);
    expect(exp - iat).toBeLessThanOrEqual(3600);
    await owner("update session set expires_at = created_at where id = $1", [person.session_id]);
    expect((await refresh(body.refresh_token)).body.code).toBe("session_ended");
    expect(await alive(person)).toBe(false);
  });
});
