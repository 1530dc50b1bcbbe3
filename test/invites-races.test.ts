// Two things done with an invite at once that exclude each other: one wins, the other learns why, and nothing is left half
// done. Of fifty at once that are alike: test/races/invites.ts.
import { describe, expect, test } from "vitest";
import { ask, call } from "./support/app.ts";
import { confirmed, inviteFrom, invitesPath, type Link, mailToken } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, mailsTo, newEmail, type SignedIn, signUp } from "./support/people.ts";
import { memberOf } from "./support/tenants.ts";

type Answer = { status: number; body: { code?: string } | null };
const codes = (answers: Answer[]) => answers.map(({ status, body }) => body?.code ?? `${status}`).sort();
const accept = ({ token }: Link, password = goodPassword): Promise<Answer> =>
  ask("/accept-invite", { json: { token, password } });
const memberships = ({ org_id }: SignedIn, email: string) =>
  owner(`select m.id from member m join "user" u on u.id = m.user_id where m.org_id = $1 and u.email = $2`, [
    org_id,
    email,
  ]);
const stateOf = async ({ invite_id }: Link) =>
  (await owner("select state from invite where id = $1", [invite_id]))[0]?.state ?? null;
const usersOf = (email: string) => owner(`select * from "user" where email = $1`, [email]);

describe("two invites to one address at once", () => {
  test("from two organizations, make one account and both memberships", async () => {
    const [ann, bob] = [await confirmed(), await confirmed()];
    for (let round = 0; round < 5; round += 1) {
      const email = newEmail("wanted");
      const links = [await inviteFrom(ann, { email }), await inviteFrom(bob, { email })];
      const answers = await Promise.all(links.map((link) => accept(link)));
      expect(codes(answers)).toEqual(["200", "201"]);
      for (const person of [ann, bob]) expect(await memberships(person, email)).toHaveLength(1);
    }
  });
});

describe("accepting while", () => {
  test("the invite is withdrawn: either it was accepted, or it is revoked", async () => {
    const ann = await confirmed();
    for (let round = 0; round < 8; round += 1) {
      const link = await inviteFrom(ann);
      const one = { method: "DELETE", token: ann.access };
      const both = [() => accept(link), () => ask(`${invitesPath(ann.org_id)}/${link.invite_id}`, one)];
      const told = codes(await Promise.all((round % 2 ? both.toReversed() : both).map((run) => run())));
      const joined = (await memberships(ann, link.email)).length;
      expect([told, await stateOf(link)]).toEqual(
        joined === 1 ? [["201", "invite_accepted"], "accepted"] : [["204", "invite_revoked"], "revoked"],
      );
      expect(await usersOf(link.email)).toHaveLength(joined);
    }
  });

  test("it is sent again: either it was accepted, or the new link is what counts", async () => {
    const ann = await confirmed();
    for (let round = 0; round < 6; round += 1) {
      const link = await inviteFrom(ann);
      const again = `${invitesPath(ann.org_id)}/${link.invite_id}/resend`;
      const both = [() => accept(link), () => ask(again, { method: "POST", token: ann.access })];
      const told = codes(await Promise.all((round % 2 ? both.toReversed() : both).map((run) => run())));
      const joined = (await memberships(ann, link.email)).length;
      expect([told, await stateOf(link)]).toEqual(
        joined === 1 ? [["201", "invite_accepted"], "accepted"] : [["202", "invite_revoked"], "pending"],
      );
      expect(await mailsTo(link.email)).toHaveLength(1 - joined);
    }
  });

  test("somebody signs up with the address: one account, the owner's in the end", async () => {
    const ann = await confirmed();
    for (let round = 0; round < 8; round += 1) {
      const link = await inviteFrom(ann);
      const json = { email: link.email, password: "somebody else's phrase", organization_name: "Acme" };
      const both = [() => accept(link), () => ask("/signup", { json })];
      const told = codes(await Promise.all((round % 2 ? both.toReversed() : both).map((run) => run())));
      expect([
        ["201", "email_taken"],
        ["200", "201"],
      ]).toContainEqual(told);
      expect([await memberships(ann, link.email), await usersOf(link.email)]).toMatchObject([
        [{}],
        [{ email_verified_at: expect.any(String) }],
      ]);
      const signIn = async (password: string) =>
        (await ask("/signin", { json: { email: link.email, password } })).status;
      expect([await signIn(goodPassword), await signIn(json.password)]).toEqual([200, 401]);
    }
  });

  test("the inviter is removed: nobody joins by an invite that is revoked", async () => {
    const ann = await confirmed();
    for (let round = 0; round < 6; round += 1) {
      const admin = await memberOf(ann.org_id, { role: "admin" });
      const link = await inviteFrom({ ...admin, org_id: ann.org_id });
      const remove = `/organizations/${ann.org_id}/members/${admin.user_id}`;
      const both = [() => accept(link), () => ask(remove, { method: "DELETE", token: ann.access })];
      const told = codes(await Promise.all((round % 2 ? both.toReversed() : both).map((run) => run())));
      const joined = (await memberships(ann, link.email)).length;
      expect([told, await stateOf(link)]).toEqual(
        joined === 1 ? [["201", "204"], "accepted"] : [["204", "invite_revoked"], "revoked"],
      );
    }
  });

  test("the organization is deleted: the invite went with it, or the member did", async () => {
    for (let round = 0; round < 5; round += 1) {
      const ann = await confirmed();
      const link = await inviteFrom(ann);
      const path = `/organizations/${ann.org_id}`;
      const both = [() => accept(link), () => ask(path, { method: "DELETE", token: ann.access })];
      const told = codes(await Promise.all((round % 2 ? both.toReversed() : both).map((run) => run())));
      expect([
        ["201", "204"],
        ["204", "invite_void"],
      ]).toContainEqual(told);
      expect([await stateOf(link), await memberships(ann, link.email)]).toEqual([null, []]);
    }
  });

  test("the account is denied or reset by another link: no mix of the two", async () => {
    const ann = await confirmed();
    for (let round = 0; round < 6; round += 1) {
      const eve = await signUp();
      const link = await inviteFrom(ann, { email: eve.email });
      const verify = await mailToken("verify", eve);
      const both = [() => accept(link), () => ask("/verify-email/deny", { json: { token: verify } })];
      const told = codes(await Promise.all((round % 2 ? both.toReversed() : both).map((run) => run())));
      // Denied first, the address is new again; accepted first, the account is the owner's.
      expect([
        ["200", "201"],
        ["200", "token_spent"],
      ]).toContainEqual(told);
      expect(await memberships(ann, eve.email)).toHaveLength(1);
      expect((await call("/signin", { json: { email: eve.email, password: goodPassword } })).status).toBe(
        200,
      );
    }
  });
});
