// Inviting somebody: what is made, what is answered, what is mailed. (Refusals: invites-refused.test.ts; how the mail
// stands: outbox-invites.test.ts.)
import { describe, expect, test } from "vitest";
import { ask } from "./support/app.ts";
import { confirmed, invite, invitesPath, tokenOfMail } from "./support/invitations.ts";
import { mailRow } from "./support/mail-provider.ts";
import { owner } from "./support/owner.ts";
import { mailsTo, newEmail, type SignedIn } from "./support/people.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { roleIdOf, roleOf } from "./support/tenants.ts";

const invites = ({ org_id }: SignedIn) => `POST ${invitesPath(org_id)}`;
const rowOf = async (id: number) => (await owner("select * from invite where id = $1", [id]))[0];

describe("POST /organizations/:org_id/invites", () => {
  test("makes a pending invite and its mail; the token is in the mail alone", async () => {
    const ann = await confirmed({ organization_name: "Anvils & Sons" });
    const email = newEmail("Invited");
    const before = Date.now();
    const answer = await expectAnswer(await as(ann)(invites(ann), { email, role: "admin" }), 201);
    expect(answer).toEqual({
      message: expect.any(String),
      invite_id: expect.any(Number),
      org_id: ann.org_id,
      website_id: null,
      email: email.toLowerCase(),
      role_id: await roleIdOf(ann.org_id, "admin"),
      role: "admin",
      invited_by_id: ann.user_id,
      invited_by: ann.email,
      state: "pending",
      expires_at: expect.any(Number),
      delivery_state: "queued",
      delivery_error: null,
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
    });
    expect(answer.expires_at - before).toBeGreaterThan(595_000);
    expect(answer.expires_at - Date.now()).toBeLessThanOrEqual(600_000);

    const token = await tokenOfMail(answer.email, "accept-invite");
    const row = await rowOf(answer.invite_id);
    expect(row).toMatchObject({ state: "pending", delivery_state: "sent", settled_at: null });
    expect(row?.token).toMatch(/^[\w-]{43}$/);
    for (const secret of [token, row?.token]) expect(JSON.stringify(answer)).not.toContain(secret);
    expect(JSON.stringify(row)).not.toContain(token);

    const [mail, ...more] = await mailsTo(answer.email);
    expect(more).toEqual([]);
    expect(mail?.subject).toContain("Anvils & Sons");
    for (const text of ["Anvils & Sons", "admin", ann.email]) expect(mail?.text).toContain(text);
    expect(mail?.text).toContain(`http://127.0.0.1:8787/accept-invite?token=${token}`);
    expect(mail?.html).toContain("Anvils &amp; Sons");
    expect(await mailRow(answer.email)).toMatchObject({ secrets: null, body: null });
  });

  test("takes the role by name or by id, one of the organization's own too", async () => {
    const ann = await confirmed();
    const custom = await roleOf(ann.org_id, ["member:read"], { name: "Auditor" });
    for (const [role, name] of [
      [await roleIdOf(ann.org_id, "member"), "member"],
      [custom, "Auditor"],
      ["Auditor", "Auditor"],
      ["owner", "owner"],
    ]) {
      const json = { email: newEmail("invited"), role };
      expect(await expectAnswer(await as(ann)(invites(ann), json), 201)).toMatchObject({ role: name });
    }
  });

  test("lasts from a second to thirty days, and as long as configured when nobody asks", async () => {
    const ann = await confirmed();
    const lifetime = async (asked: object, settings: Record<string, string> = {}) => {
      const json = { email: newEmail("invited"), role: "member", ...asked };
      const { status, body } = await ask(invitesPath(ann.org_id), { token: ann.access, json, settings });
      expect(status).toBe(201);
      const row = await rowOf(body.invite_id);
      expect(body.expires_at - body.created_at).toBe(Number(row?.lifetime_ms));
      return Number(row?.lifetime_ms) / 1_000;
    };
    expect(await lifetime({ expires_in: 1 })).toBe(1);
    expect(await lifetime({ expires_in: 2_592_000 })).toBe(2_592_000);
    expect(await lifetime({})).toBe(600);
    expect(await lifetime({}, { INVITE_SECONDS: "3600" })).toBe(3_600);
    expect(await lifetime({ expires_in: 60 }, { INVITE_SECONDS: "3600" })).toBe(60);
  });

  test("the link is of PUBLIC_URL, whatever Host and headers say, and goes to the invited address", async () => {
    const ann = await confirmed();
    const json = { email: newEmail("invited"), role: "member" };
    const headers = {
      host: "evil.example",
      "x-forwarded-host": "evil.example",
      origin: "https://evil.example",
    };
    await expectAnswer(await as(ann)(invites(ann), json, headers), 201);
    const [mail] = await mailsTo(json.email);
    expect(mail?.text).toContain("http://127.0.0.1:8787/accept-invite?token=");
    expect(`${mail?.text}${mail?.html}`).not.toContain("evil.example");
  });

  test("one person may be invited by two organizations, and to each website besides", async () => {
    const [ann, bob] = [await confirmed(), await confirmed()];
    const email = newEmail("wanted");
    const first = await invite(ann, { email });
    const second = await invite(bob, { email });
    expect(first.invite.org_id).not.toBe(second.invite.org_id);
    expect(first.token).not.toBe(second.token);
  });
});

describe("Idempotency-Key", () => {
  test("a repeat gets the first answer, and mails nobody again", async () => {
    const ann = await confirmed();
    const json = { email: newEmail("invited"), role: "member" };
    const key = { "idempotency-key": crypto.randomUUID() };
    const first = await expectAnswer(await as(ann)(invites(ann), json, key), 201);
    expect(await expectAnswer(await as(ann)(invites(ann), json, key), 201)).toEqual(first);
    expect(await mailsTo(json.email)).toHaveLength(1);
  });
});
