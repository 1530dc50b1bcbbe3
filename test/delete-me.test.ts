// DELETE /me: the end of an account, with what is the person's alone, and never with what others need.
import { describe, expect, test } from "vitest";
import { errors } from "../src/errors.ts";
import { ask } from "./support/app.ts";
import { joins } from "./support/callers.ts";
import { confirmed, invite } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, type SignedIn, signedIn, signIn, signUp } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { prune } from "./support/prune.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { extraGuestOf, memberOf, visits, websiteOf } from "./support/tenants.ts";

const deletes = (person: SignedIn, password: unknown = goodPassword) =>
  as(person)("DELETE /me", { password });
const exists = async (table: string, id: number) =>
  (await owner(`select id from "${table}" where id = $1`, [id])).length === 1;

describe("with the right password", () => {
  test("the account goes, its sessions, and the organizations where the person is alone", async () => {
    const person = await signUp();
    const [ann, other] = [await signIn(person), await signIn(person)];
    const second = await expectAnswer(await as(ann)("POST /organizations", { name: "Second" }), 201);
    await extraGuestOf(await websiteOf(ann.org_id)); // A guest is no member, and goes with the website.
    expect(await expectAnswer(await deletes(ann), 204)).toBeNull();
    expect(await exists("user", ann.user_id)).toBe(false);
    for (const id of [ann.org_id, second.org_id]) expect(await exists("organisation", id)).toBe(false);
    expect(await owner("select id from session where user_id = $1", [ann.user_id])).toEqual([]);
    for (const session of [ann, other]) {
      await expectProblem(await as(session)("GET /me"), "session_ended");
      const refreshed = await ask("/token/refresh", { json: { refresh_token: session.refresh } });
      expect(refreshed.status).toBe(401);
    }
    const signedInAgain = await ask("/signin", { json: { email: ann.email, password: goodPassword } });
    expect([signedInAgain.status, signedInAgain.body.code]).toEqual([401, "invalid_credentials"]);
  });

  test("the address is free again, for a new account", async () => {
    const ann = await signedIn();
    await expectAnswer(await deletes(ann), 204);
    const again = await signedIn({ email: ann.email, organization_name: "New start" });
    expect(again.user_id).not.toBe(ann.user_id);
    const { organizations } = await expectAnswer(await as(again)("GET /me"), 200);
    expect(organizations).toEqual([{ org_id: again.org_id, name: "New start", role: "owner" }]);
    await expectProblem(await as(ann)("GET /me"), "session_ended");
  });

  test("where the person is one of several, the organization stays, and tells that they left", async () => {
    const [ann, bob] = [await signedIn(), await signedIn()];
    await joins(ann, bob.org_id, { role: "admin" });
    const site = await websiteOf(bob.org_id);
    await visits(ann.user_id, site);
    const answer = await deletes(ann);
    await expectAnswer(answer, 204);
    const { data } = await expectAnswer(await as(bob)(`GET /organizations/${bob.org_id}/members`), 200);
    expect(data.map((row: { user_id: number }) => row.user_id)).toEqual([bob.user_id]);
    expect(await owner("select id from website_member where website_id = $1", [site])).toEqual([]);
    const trail = await expectAnswer(
      await as(bob)(`GET /organizations/${bob.org_id}/audit-events?action=member.deleted`),
      200,
    );
    expect(trail.data).toEqual([
      expect.objectContaining({
        actor_id: ann.user_id,
        actor_email: null,
        session_id: ann.session_id,
        target_id: ann.user_id,
        request_id: answer.headers.get("x-request-id"),
        before: expect.objectContaining({ role: "admin" }),
        after: null,
      }),
    ]);
  });

  test("nothing stays that names them but mails that were sent, invitations and counts, which the cron takes in their time", async () => {
    const name = `Ada ${crypto.randomUUID()}`;
    const ann = await signedIn({ profile: { name } });
    await joins(ann, (await signedIn()).org_id);
    await invite(await confirmed(), { email: ann.email });
    await ask("/signin", { json: { email: ann.email, password: "not the right one" } });
    expect((await ask("/forgot-password", { json: { email: ann.email } })).status).toBe(202);
    await expectAnswer(await deletes(ann), 204);

    const tables = await owner(
      "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
    );
    const naming = async (text: string) => {
      const found = await Promise.all(
        tables.map(async ({ relname }) => {
          const rows = await owner(`select 1 from "${relname}" t where t::text ilike '%' || $1 || '%'`, [
            text,
          ]);
          return rows.length > 0 ? [relname] : [];
        }),
      );
      return found.flat().sort();
    };
    const hash = "select app.address_hash($1) as hash";
    const [{ hash: hashed } = {}] = await owner(hash, [ann.email]);
    expect(tables.length).toBeGreaterThan(15);
    expect(await naming(name)).toEqual([]);
    expect(await naming(ann.email)).toEqual(["audit_event", "invite", "outbox"]);
    expect(await naming(hashed)).toEqual(["attempt", "mail_token", "throttle"]);

    const month = 30 * 86_400_000 + 1;
    await owner("update outbox set created_at = created_at - $2::bigint where recipient = $1", [
      ann.email,
      month,
    ]);
    await owner("update invite set expires_at = 1 where email = $1", [ann.email]);
    await owner("update mail_token set expires_at = 1 where address = $1", [hashed]);
    await owner("update attempt set last_at = 1 where subject = $1", [hashed]);
    await owner("update throttle set expires_at = 1 where subject like '%' || $1", [hashed]);
    await prune();
    expect([await naming(ann.email), await naming(hashed)]).toEqual([["audit_event"], []]);
  });

  test("with another active owner the organization stays too", async () => {
    const ann = await signedIn();
    const heir = await memberOf(ann.org_id, { role: "owner" });
    await expectAnswer(await deletes(ann), 204);
    const { role } = await expectAnswer(await as(heir)(`GET /organizations/${ann.org_id}`), 200);
    expect(role).toBe("owner");
  });
});

describe("while others would be left without an owner", () => {
  /** The problem document's organizations. */
  async function soleOwner(person: SignedIn): Promise<unknown> {
    const answer = await deletes(person);
    const [status, title, detail] = errors.sole_owner;
    const { organizations, ...document } = await expectAnswer(answer, status);
    const request_id = answer.headers.get("x-request-id");
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    const expected = { type: "/errors/sole_owner", title, status, detail, code: "sole_owner", request_id };
    expect(document).toEqual(expected);
    return organizations;
  }

  test("nothing goes, and those organizations are named", async () => {
    const ann = await signedIn({ organization_name: "First" });
    const made: number[] = [];
    for (const name of ["Alone", "Shared", "Led by two"])
      made.push((await expectAnswer(await as(ann)("POST /organizations", { name }), 201)).org_id);
    const [alone = 0, shared = 0, led = 0] = made;
    await memberOf(ann.org_id);
    await memberOf(shared, { role: "admin", status: 1 }); // the suspended are members too
    const heir = await memberOf(led, { role: "owner" });
    const named = [
      { org_id: ann.org_id, name: "First" },
      { org_id: shared, name: "Shared" },
    ];
    expect(await soleOwner(ann)).toEqual(named);
    for (const id of [ann.org_id, alone, shared, led]) expect(await exists("organisation", id)).toBe(true);
    await expectAnswer(await as(ann)("GET /me"), 200);
    expect(await owner("select id from member where user_id = $1", [ann.user_id])).toHaveLength(4);
    // An owner who is suspended there, or altogether, leads nobody.
    await owner("update member set status = 1 where user_id = $1 and org_id = $2", [heir.user_id, led]);
    expect(await soleOwner(ann)).toEqual([...named, { org_id: led, name: "Led by two" }]);
  });

  test("handed over or deleted, they are no longer in the way", async () => {
    const ann = await signedIn();
    const heir = await memberOf(ann.org_id);
    const second = await expectAnswer(await as(ann)("POST /organizations", { name: "Second" }), 201);
    await memberOf(second.org_id);
    expect(await soleOwner(ann)).toHaveLength(2);
    const path = `/organizations/${ann.org_id}`;
    await expectAnswer(await as(ann)(`POST ${path}/transfer-ownership`, { user_id: heir.user_id }), 200);
    await expectAnswer(await as(ann)(`DELETE /organizations/${second.org_id}`), 204);
    await expectAnswer(await deletes(ann), 204);
    expect(await exists("organisation", ann.org_id)).toBe(true);
  });

  test("two owners who go at once leave one, every time", async () => {
    for (let round = 0; round < 10; round += 1) {
      const ann = await signedIn();
      const bob = await memberOf(ann.org_id, { role: "owner" });
      await memberOf(ann.org_id);
      const answers = await Promise.all([deletes(ann), deletes(bob)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
      const owners = await owner(
        "select m.id from member m join role r on r.id = m.role_id where m.org_id = $1 and r.name = 'owner'",
        [ann.org_id],
      );
      expect(owners).toHaveLength(1);
    }
  });
});

describe("without the right password", () => {
  test("nothing goes; it counts as an attempt, and after ten there is no eleventh", async () => {
    const ann = await signedIn();
    for (let i = 0; i < 10; i += 1)
      await expectProblem(await deletes(ann, "not the right one"), "invalid_credentials");
    await expectProblem(await deletes(ann), "too_many_attempts");
    const { status } = await ask("/signin", { json: { email: ann.email, password: goodPassword } });
    expect(status).toBe(429);
    expect(await exists("user", ann.user_id)).toBe(true);
  });

  test("a right one is not counted, also when it is refused for another reason", async () => {
    const ann = await signedIn();
    await memberOf(ann.org_id);
    for (let i = 0; i < 9; i += 1) await deletes(ann, "not the right one");
    for (let i = 0; i < 3; i += 1) expect((await deletes(ann)).status).toBe(409);
  });

  test.each([
    ["no password", {}, "password"],
    ["an empty one", { password: "" }, "password"],
    ["129 characters", { password: "x".repeat(129) }, "password"],
    ["a number", { password: 7 }, "password"],
    ["more than a password", { password: goodPassword, user_id: 1 }, "user_id"],
  ])("refuses %s", async (_, json, path) => {
    const ann = await signedIn();
    const { errors: fields } = await expectProblem(await as(ann)("DELETE /me", json), "invalid_request");
    expect(fields.map((error: { path: string }) => error.path)).toEqual([path]);
  });
});

test("an ended session deletes nothing, nor does a suspended person", async () => {
  const [ann, bob] = [await signedIn(), await signedIn()];
  await as(ann)("POST /signout");
  await owner(`update "user" set status = 1 where id = $1`, [bob.user_id]);
  for (const person of [ann, bob]) {
    await expectProblem(await deletes(person), "session_ended");
    expect(await exists("user", person.user_id)).toBe(true);
  }
});

test("a suspended organization does not go with its only member; one with other owners can be left", async () => {
  const ann = await signedIn();
  await owner("update organisation set status = 1 where id = $1", [ann.org_id]);
  await expectProblem(await deletes(ann), "organization_suspended");
  expect([await exists("user", ann.user_id), await exists("organisation", ann.org_id)]).toEqual([true, true]);
  await memberOf(ann.org_id, { role: "owner" });
  await expectAnswer(await deletes(ann), 204);
  expect(await exists("organisation", ann.org_id)).toBe(true);
});
