// An invite is bound to the address that it was sent to: nobody else can take it, whoever they are signed in as.
import { describe, expect, test } from "vitest";
import { ask, call } from "./support/app.ts";
import { confirmed, inviteFrom, strayToken } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, newEmail, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";

const json = { accept: "application/json" };
const accept = (body: object, token?: string) =>
  call("/accept-invite", { json: { password: goodPassword, ...body }, ...(token && { token }) });
const look = (link: string, token?: string, headers: Record<string, string> = json) =>
  call(`/accept-invite?token=${link}`, { headers, ...(token && { token }) });
const stateOf = async (id: number) => (await owner("select state from invite where id = $1", [id]))[0]?.state;

describe("somebody else", () => {
  test("who is signed in is refused, to look and to accept, expired or not", async () => {
    const [ann, eve] = [await confirmed(), await confirmed()];
    const { token, invite_id, email } = await inviteFrom(ann);
    const late = await strayToken("invite", { email, lifetimeMs: -1, inviteId: invite_id });
    for (const link of [token, late]) {
      await expectProblem(await look(link, eve.access), "invite_email_mismatch");
      await expectProblem(await accept({ token: link }, eve.access), "invite_email_mismatch");
      await expectProblem(await accept({ token: link, email }, eve.access), "invite_email_mismatch");
      await expectProblem(await accept({ token: link, email: eve.email }), "invite_email_mismatch");
    }
    const page = await look(token, eve.access, {});
    expect([page.status, page.headers.get("content-type")]).toEqual([403, "text/html; charset=UTF-8"]);
    expect(await page.text()).not.toContain(email);
    expect(await stateOf(invite_id)).toBe("pending");
    expect(await owner(`select 1 from "user" where email = $1`, [email])).toEqual([]);
  });

  test("not even whoever sent it", async () => {
    const ann = await confirmed();
    const { token, invite_id } = await inviteFrom(ann);
    await expectProblem(await accept({ token }, ann.access), "invite_email_mismatch");
    expect(await stateOf(invite_id)).toBe("pending");
  });

  test("a link whose row was for another address is void", async () => {
    const ann = await confirmed();
    const { invite_id } = await inviteFrom(ann);
    const email = newEmail("other");
    const stray = await strayToken("invite", { email, inviteId: invite_id });
    await expectProblem(await accept({ token: stray }), "invite_void");
    expect(await stateOf(invite_id)).toBe("pending");
  });
});

describe("the person of the address", () => {
  test("accepts signed in, in any case, and with the address besides", async () => {
    const ann = await confirmed();
    for (const more of [{}, { email: true }]) {
      const bob = await confirmed();
      const { token } = await inviteFrom(ann, { email: bob.email });
      expect((await look(token, bob.access)).status).toBe(200);
      const body = { token, ...(more.email && { email: bob.email.toUpperCase() }) };
      expect((await accept(body, bob.access)).status).toBe(200);
    }
  });

  test("accepts without being signed in, and with the address", async () => {
    const { token, email } = await inviteFrom(await confirmed());
    expect((await accept({ token, email: email.toUpperCase() })).status).toBe(201);
  });

  test("with an ended session is told to sign in, and nothing happens", async () => {
    const [ann, bob] = [await confirmed(), await confirmed()];
    const { token, invite_id } = await inviteFrom(ann, { email: bob.email });
    await call("/signout", { method: "POST", token: bob.access });
    await expectProblem(await look(token, bob.access), "session_ended");
    await expectProblem(await accept({ token }, bob.access), "session_ended");
    expect(await stateOf(invite_id)).toBe("pending");
    expect((await accept({ token })).status).toBe(200);
  });

  test("with a bad token likewise, before anything is looked at", async () => {
    const { token, invite_id } = await inviteFrom(await confirmed());
    for (const bad of ["garbage", (await signedIn()).refresh]) {
      await expectProblem(await accept({ token }, bad), "invalid_token");
      await expectProblem(await look(token, bad), "invalid_token");
      await expectProblem(await accept({ unknown: 1 }, bad), "invalid_token");
    }
    expect(await stateOf(invite_id)).toBe("pending");
  });
});

describe("bad input", () => {
  test.each<[object, string]>([
    [{ token: undefined }, "token"],
    [{ token: "" }, "token"],
    [{ email: "nobody" }, "email"],
    [{ password: "" }, "password"],
    [{ password: "x".repeat(129) }, "password"],
    [{ profile: "Ada" }, "profile"],
    [{ org_id: 1 }, "org_id"],
    [{ role: "owner" }, "role"],
  ])("%j is refused", async (changes, path) => {
    const { token, invite_id } = await inviteFrom(await confirmed());
    const { errors } = await expectProblem(await accept({ token, ...changes }), "invalid_request");
    expect(errors.map((error: { path: string }) => error.path)).toEqual([path]);
    expect(await stateOf(invite_id)).toBe("pending");
  });

  test("garbage is a 404, before the password is looked at", async () => {
    for (const token of ["x", await strayToken("verify"), await strayToken("reset")]) {
      await expectProblem(await call("/accept-invite", { json: { token } }), "not_found");
      expect((await ask(`/accept-invite?token=${token}`, { headers: json })).body.code).toBe("not_found");
    }
  });
});
