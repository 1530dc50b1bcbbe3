// Invites that are not made: whatever refuses them, nothing is left behind and nobody gets a mail.
import { afterEach, describe, expect, test } from "vitest";
import { confirm, confirmed, inviteFrom, invitesPath, invite as send } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { mailsTo, newEmail, type SignedIn, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { guestOf, memberOf, roleIdOf, roleOf, websiteOf } from "./support/tenants.ts";

let asked: string[] = [];
/** Asks for an invite to somebody new. */
const invite = (person: SignedIn, json: object = {}, orgId = person.org_id) => {
  const email = newEmail("refused");
  asked.push(email);
  return as(person)(`POST ${invitesPath(orgId)}`, { email, role: "member", ...json });
};
afterEach(async () => {
  for (const table of ["invite where email", "outbox where recipient"])
    expect(await owner(`select 1 from ${table} = any ($1)`, [asked])).toEqual([]);
  asked = [];
});

describe("bad input", () => {
  const wholeSeconds = "must be a whole number of seconds, 1 to 2592000";
  test.each<[object, string, string | RegExp]>([
    [{ email: undefined }, "email", "is missing"],
    [{ email: "no address" }, "email", /e-mail address/],
    [{ email: "a@b.example, c@d.example" }, "email", /one e-mail address/],
    [{ email: "é@b.example" }, "email", /ASCII/],
    [{ email: `${"a".repeat(250)}@b.example` }, "email", /254/],
    [{ role: undefined }, "role", "must be the name of a role, or its id"],
    [{ role: "" }, "role", "must be the name of a role, or its id"],
    [{ role: "nobody" }, "role", /./],
    [{ role: "website_admin" }, "role", /./],
    [{ expires_in: 0 }, "expires_in", "must be at least 1 second"],
    [{ expires_in: -1 }, "expires_in", "must be at least 1 second"],
    [{ expires_in: 2_592_001 }, "expires_in", "must be at most 2592000 seconds (30 days)"],
    [{ expires_in: 1.5 }, "expires_in", wholeSeconds],
    [{ expires_in: "600" }, "expires_in", wholeSeconds],
    [{ token: "x" }, "token", "is not known to this endpoint"],
  ])("%j is refused at %s", async (json, path, message) => {
    const { errors } = await expectProblem(await invite(await confirmed(), json), "invalid_request");
    const told = typeof message === "string" ? message : expect.stringMatching(message);
    expect(errors).toEqual([{ path, message: told }]);
  });
});

describe("who may not", () => {
  test("an unverified inviter is told to verify, until they have", async () => {
    const ann = await signedIn();
    await expectProblem(await invite(ann), "email_not_verified");
    await confirm(ann);
    await expectAnswer(
      await as(ann)(`POST ${invitesPath(ann.org_id)}`, { email: newEmail(), role: "member" }),
      201,
    );
  });

  test("a member has no right to invite; a stranger learns nothing; nobody without a token", async () => {
    const ann = await confirmed();
    const hand = await confirm(await memberOf(ann.org_id));
    await expectProblem(await invite(hand, {}, ann.org_id), "permission_missing");
    await expectProblem(await invite(await confirmed(), {}, ann.org_id), "not_found");
    await expectProblem(await invite({ ...ann, access: "garbage" }), "invalid_token");
    const guest = await confirm(await guestOf(await websiteOf(ann.org_id), { role: "website_admin" }));
    await expectProblem(await invite(guest, {}, ann.org_id), "not_found");
  });

  test("nobody gives what they do not hold, and only owners make owners", async () => {
    const ann = await confirmed();
    const clerk = await confirm(
      await memberOf(ann.org_id, { permissions: ["member:read", "member:invite", "website:read"] }),
    );
    const admin = await confirm(await memberOf(ann.org_id, { role: "admin" }));
    const less = await roleOf(ann.org_id, ["member:read"]);
    const everything = await roleOf(ann.org_id, ["organization:delete"]);
    await expectProblem(await invite(clerk, { role: "admin" }, ann.org_id), "role_above_own");
    await expectProblem(await invite(clerk, { role: "member" }, ann.org_id), "role_above_own");
    await expectProblem(await invite(clerk, { role: "owner" }, ann.org_id), "owner_required");
    await expectProblem(await invite(admin, { role: "owner" }, ann.org_id), "owner_required");
    await expectProblem(await invite(admin, { role: everything }, ann.org_id), "role_above_own");
    const json = { email: newEmail(), role: less };
    await expectAnswer(await as(clerk)(`POST ${invitesPath(ann.org_id)}`, json), 201);
  });

  test("what is not there: organizations, and roles by their ids", async () => {
    const [ann, bob] = [await confirmed(), await confirmed()];
    for (const orgId of [2_147_483_647, bob.org_id])
      await expectProblem(await invite(ann, {}, orgId), "not_found");
    for (const role of [2_147_483_647, 0, -1, 1.5, await roleIdOf(bob.org_id, "member")])
      await expectProblem(await invite(ann, { role }), "not_found");
    // The scope of one that is there is bad input.
    const { errors } = await expectProblem(
      await invite(ann, { role: await roleIdOf(ann.org_id, "website_user") }),
      "invalid_request",
    );
    expect(errors[0].path).toBe("role");
  });
});

describe("which refusal wins", () => {
  test("missing, forbidden, unknown role, unverified, above, and last the conflicts", async () => {
    const ann = await confirmed();
    const [hand, admin] = [await memberOf(ann.org_id), await memberOf(ann.org_id, { role: "admin" })];
    await expectProblem(await invite(hand, { role: 2_147_483_647 }, ann.org_id), "not_found");
    await expectProblem(await invite(hand, { role: "nobody" }, ann.org_id), "permission_missing");
    await expectProblem(await invite(admin, { role: "nobody" }, ann.org_id), "invalid_request");
    await expectProblem(await invite(admin, { role: "owner" }, ann.org_id), "email_not_verified");
    await confirm(admin);
    await expectProblem(
      await invite(admin, { role: "owner", email: ann.email }, ann.org_id),
      "owner_required",
    );
    await inviteFrom(ann, { email: hand.email });
    await expectProblem(await invite(admin, { email: hand.email }, ann.org_id), "already_member");
    await owner("delete from invite where email = $1", [hand.email]);
  });
});

describe("conflicts", () => {
  test("a member, active or suspended, is one already", async () => {
    const ann = await confirmed();
    const [hand, asleep] = [await memberOf(ann.org_id), await memberOf(ann.org_id, { status: 1 })];
    for (const { email } of [hand, asleep, ann])
      await expectProblem(await invite(ann, { email: email.toUpperCase() }), "already_member");
  });

  test("one pending invite for an address, in any case; none while it stands, another when it does not", async () => {
    const ann = await confirmed();
    const again = (email: string) =>
      as(ann)(`POST ${invitesPath(ann.org_id)}`, { email: email.toUpperCase(), role: "admin" });
    for (const end of [
      "state = 'revoked', settled_at = 1",
      "state = 'accepted', settled_at = 1",
      "expires_at = 1",
    ]) {
      const { email, invite_id } = await send(ann);
      await expectProblem(await again(email), "invite_pending");
      expect(await mailsTo(email)).toHaveLength(1);
      await owner(`update invite set ${end} where id = $1`, [invite_id]);
      const second = await expectAnswer(await again(email), 201);
      expect(second.invite_id).not.toBe(invite_id);
      // The expired one is replaced; the others stay as they ended.
      const left = await owner("select id from invite where email = $1", [email]);
      expect(left).toHaveLength(end.startsWith("state") ? 2 : 1);
      expect(await mailsTo(email)).toHaveLength(2);
    }
  });
});
