// Mails that somebody can cause at another's address: so many, exactly, and nobody's way in is used up by them.
import { describe, expect, test, vi } from "vitest";
import { ask, type Body, call } from "./support/app.ts";
import { joins } from "./support/callers.ts";
import { confirm, confirmed, invite, invitesPath, resetToken, tokenOfMail } from "./support/invitations.ts";
import { captureLog } from "./support/log.ts";
import { atOnce, newNetwork, tally } from "./support/networks.ts";
import { owner } from "./support/owner.ts";
import {
  goodPassword,
  linkIn,
  mailsTo,
  newEmail,
  type SignedIn,
  signedIn,
  signIn,
  signUp,
} from "./support/people.ts";
import { countTrips } from "./support/trips.ts";

const forgot = (email: string, headers: Record<string, string> = newNetwork()) =>
  call("/forgot-password", { headers, json: { email } });
const sendInvite = ({ access: token, org_id }: SignedIn, email: string, settings = {}) =>
  ask(invitesPath(org_id), { token, settings, json: { email, role: "member" } });
const written = (email: string) =>
  owner("select template, sent_at from outbox where recipient = $1", [email]);
const templates = async (email: string) => (await written(email)).map(({ template }) => template).sort();
const many = <T>(n: number, what: T): T[] => Array(n).fill(what);

/** An hour has passed for this address. */
const hourLater = (email: string) =>
  owner(
    `update throttle set slots = array(select s - 3600000 from unnest(slots) s)
     where subject like '% to ' || app.address_hash($1)`,
    [email],
  );

describe("reset links", () => {
  test("fifty requests at once, twenty times: five mails in half an hour, wherever they come from", {
    timeout: 120_000,
  }, async () => {
    for (let round = 0; round < 20; round += 1) {
      const { email } = await signUp();
      expect(tally(await atOnce(50, () => forgot(email)))).toEqual({ 202: 50 });
      expect(await templates(email)).toEqual([...many(5, "reset-password"), "verify-email"]);
    }
  });

  test("at the limit nobody learns of it: the same body, headers and trips as below, and for an unknown address", async () => {
    const { email } = await signUp();
    const unknown = newEmail("nobody");
    const bare = async (address: string) => {
      const answer = await forgot(address);
      const headers = [...answer.headers].filter(([name]) => name !== "x-request-id");
      return [answer.status, headers, await answer.text()];
    };
    const below = [await bare(email), await bare(unknown)];
    for (let i = 0; i < 4; i += 1) await Promise.all([forgot(email), forgot(unknown)]);
    expect([await bare(email), await bare(unknown)]).toEqual(below);
    expect(below[0]).toEqual(below[1]);
    for (const address of [email, unknown])
      expect(await countTrips("/forgot-password", { json: { email: address } })).toEqual({
        status: 202,
        trips: 1,
        background: 0,
      });
  });

  test("at the limit the newest link works on; half an hour later there is another", async () => {
    const { email } = await signUp();
    for (let i = 0; i < 8; i += 1) await forgot(email);
    const token = await tokenOfMail(email, "reset-password");
    expect((await call(`/reset-password?token=${token}`)).status).toBe(200);
    const quarter = 15 * 60_000;
    for (const [later, mails] of [
      [quarter, 5],
      [quarter, 6],
    ] as const) {
      await owner(
        `update throttle set slots = array(select s - ${later} from unnest(slots) s)
         where subject = 'resets to ' || app.address_hash($1)`,
        [email],
      );
      await forgot(email);
      expect((await templates(email)).filter((name) => name === "reset-password")).toHaveLength(mails);
    }
  });

  test("no other mail uses them up, and a link that was followed gives all back", async () => {
    const ann = await signUp();
    const bosses = await atOnce(11, () => confirmed());
    for (const boss of bosses) await sendInvite(boss, ann.email);
    for (let i = 0; i < 7; i += 1) {
      const json = { token: await resetToken(ann.email), new_password: goodPassword };
      expect((await ask("/reset-password", { json })).status).toBe(200);
    }
  });

  test("nobody is kept out by a stranger who asks for all, deletes the account and signs up again", async () => {
    const email = newEmail("wanted");
    for (let i = 0; i < 6; i += 1) await forgot(email);
    expect(await templates(email)).toEqual([]);
    const squatter = await signedIn({ email });
    for (let i = 0; i < 6; i += 1) await forgot(email);
    const gone = { method: "DELETE", token: squatter.access, json: { password: goodPassword } };
    expect((await ask("/me", gone)).status).toBe(204);
    const token = await tokenOfMail(email, "reset-password");
    // Of an account that is gone there is nothing to reset.
    const json = { token, new_password: `${goodPassword} of the owner` };
    expect((await ask("/reset-password", { json })).status).toBe(410);

    const again = await signedIn({ email });
    await forgot(email);
    expect((await templates(email)).filter((name) => name === "reset-password")).toHaveLength(5);
    expect((await call(`/reset-password?token=${token}`)).status).toBe(200);
    expect((await ask("/reset-password", { json })).status).toBe(200);
    expect((await ask("/me", { token: again.access })).body.code).toBe("session_ended");
    const signedInNow = await ask("/signin", { json: { email, password: json.new_password } });
    expect([signedInNow.status, signedInNow.body.user.email_verified]).toEqual([200, true]);
    expect((await ask("/reset-password", { json })).status).toBe(410);
  });

  test("one that is withheld is a line in the log, without the address", async () => {
    const email = newEmail("nobody");
    for (let i = 0; i < 5; i += 1) await forgot(email);
    const log = captureLog();
    await forgot(email);
    const lines = log();
    vi.restoreAllMocks();
    expect(lines.map((line) => JSON.parse(line))).toContainEqual({
      level: "info",
      event: "mail_withheld",
      request_id: expect.any(String),
      template: "reset-password",
    });
    expect(lines.join()).not.toContain(email);
  });
});

describe("invitations to one address", () => {
  test("of fifty organizations at once: ten mails, and no invite without one", {
    timeout: 60_000,
  }, async () => {
    const bosses = await atOnce(50, () => confirmed());
    const email = newEmail("wanted");
    const answers = await Promise.all(bosses.map((boss) => sendInvite(boss, email)));
    expect(tally(answers)).toEqual({ 201: 10, 429: 40 });
    expect(await templates(email)).toEqual(many(10, "invitation"));
    expect(await mailsTo(email)).toHaveLength(10);
    expect(await owner("select 1 from invite where email = $1", [email])).toHaveLength(10);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body.code).toBe("too_many_requests");
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(3590);

    await hourLater(email);
    const [boss] = bosses.filter((_, i) => answers[i]?.status === 429);
    expect((await sendInvite(boss as SignedIn, email)).status).toBe(201);
  });

  test("sent again, they count too; refused, the old link stays", async () => {
    const boss = await confirmed();
    const { email, invite_id } = await invite(boss);
    const again = () =>
      ask(`${invitesPath(boss.org_id)}/${invite_id}/resend`, { method: "POST", token: boss.access });
    expect(tally(await atOnce(20, again))).toEqual({ 202: 9, 429: 11 });
    const token = await tokenOfMail(email, "accept-invite");
    const accepted = await ask("/accept-invite", { json: { token, password: goodPassword } });
    expect(accepted.status).toBe(201);
    // Who follows such a link wants these mails.
    expect((await sendInvite(await confirmed(), email)).status).toBe(201);
  });

  test("what is refused for another reason does not count", async () => {
    const boss = await confirmed();
    const email = newEmail("wanted");
    expect((await sendInvite(boss, email)).status).toBe(201);
    for (let i = 0; i < 12; i += 1) expect((await sendInvite(boss, email)).body.code).toBe("invite_pending");
    const stranger = await confirmed();
    const foreign = { ...stranger, org_id: boss.org_id };
    for (let i = 0; i < 12; i += 1) expect((await sendInvite(foreign, email)).status).toBe(404);
    for (let i = 0; i < 9; i += 1) expect((await sendInvite(await confirmed(), email)).status).toBe(201);
    expect((await sendInvite(stranger, email)).status).toBe(429);
    // A 429 comes after what hides an organization, and before what is known of the invite.
    expect((await sendInvite(foreign, email)).status).toBe(404);
    expect((await sendInvite(boss, email)).status).toBe(429);
  });
});

describe("invitations of one organization", () => {
  const settings = { INVITES_PER_ORGANIZATION: "6" };

  test("of fifty at once, by three of its people: as many as are allowed, and nothing of the others", {
    timeout: 60_000,
  }, async () => {
    const boss = await confirmed();
    const admins = await atOnce(2, () => confirmed());
    for (const admin of admins) await joins(admin, boss.org_id, { role: "admin" });
    const people = [boss, ...admins].map((person) => ({ ...person, org_id: boss.org_id }));
    const emails = Array.from({ length: 50 }, () => newEmail("wanted"));
    const answers = await atOnce(50, (i) =>
      sendInvite(people[i % 3] as SignedIn, emails[i] as string, settings),
    );
    expect(tally(answers)).toEqual({ 201: 6, 429: 44 });
    expect(await owner("select 1 from invite where org_id = $1", [boss.org_id])).toHaveLength(6);
    expect(await owner("select 1 from outbox where recipient = any ($1)", [emails])).toHaveLength(6);
    const counted = emails.filter((_, i) => answers[i]?.status === 429);
    const rows = await owner(
      "select 1 from throttle, unnest($1::text[]) e where subject = 'invitations to ' || app.address_hash(e)",
      [counted],
    );
    expect(rows).toEqual([]);
  });

  test("somebody who makes one organization after the other gets no further", async () => {
    const boss = await confirmed();
    const { access: token } = boss;
    const answers: { status: number }[] = [];
    for (let i = 0; i < 4; i += 1) {
      const { body } = await ask("/organizations", { token, json: { name: `Acme ${i}` } });
      for (let j = 0; j < 2; j += 1)
        answers.push(await sendInvite({ ...boss, org_id: body.org_id }, newEmail("wanted"), settings));
    }
    expect(tally(answers)).toEqual({ 201: 6, 429: 2 });
  });

  test("a repeat under its Idempotency-Key is answered as before, and does not count", async () => {
    const boss = await confirmed();
    const headers = { "idempotency-key": crypto.randomUUID() };
    const json = { email: newEmail("wanted"), role: "member" };
    const send = () => ask(invitesPath(boss.org_id), { token: boss.access, settings, headers, json });
    const first = await send();
    for (let i = 0; i < 7; i += 1) expect((await send()).body).toEqual(first.body);
    for (let i = 0; i < 5; i += 1)
      expect((await sendInvite(boss, newEmail("wanted"), settings)).status).toBe(201);
    expect((await sendInvite(boss, newEmail("wanted"), settings)).status).toBe(429);
    expect((await send()).body).toEqual(first.body);
  });
});

describe("an address that strangers have mailed too often", () => {
  test("signs up all the same, is told that the link has to wait, and gets in by a reset", async () => {
    const email = newEmail("popular");
    // Somebody else signs up with it, has as many links sent as there are, and is gone again.
    const squatter = await signedIn({ email });
    for (let i = 0; i < 9; i += 1) {
      const { status } = await ask("/verify-email/resend", { method: "POST", token: squatter.access });
      expect(status).toBe(202);
    }
    const gone = { method: "DELETE", token: squatter.access, json: { password: goodPassword } };
    expect((await ask("/me", gone)).status).toBe(204);
    const links = async () => (await templates(email)).filter((name) => name === "verify-email");
    const json = { email, password: goodPassword, organization_name: "Acme" };
    const headers = { "idempotency-key": crypto.randomUUID() };
    const made = await ask("/signup", { headers, json });
    expect(made.status).toBe(201);
    expect(made.body.message).toContain("later");
    expect((await ask("/signup", { headers, json })).body).toEqual(made.body);
    expect(await links()).toHaveLength(10);
    expect(await owner("select 1 from mail_token where user_id = $1", [made.body.user_id])).toEqual([]);
    // Nobody is kept from inviting them.
    expect((await sendInvite(await confirmed(), email)).status).toBe(201);

    const person = await signIn({ ...json, ...made.body });
    const resend = () => ask("/verify-email/resend", { method: "POST", token: person.access });
    const refused = await resend();
    expect([refused.status, refused.body.code]).toEqual([429, "too_many_requests"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(3000);
    await hourLater(email);
    expect((await resend()).status).toBe(202);

    const token = await resetToken(email);
    expect((await ask("/reset-password", { json: { token, new_password: goodPassword } })).status).toBe(200);
    const { access } = await signIn({ ...json, ...made.body });
    expect((await ask("/me", { token: access })).body.email_verified).toBe(true);
  });

  test("sign-up, and the account deleted, again and again: ten mails", async () => {
    const json = { email: newEmail("victim"), password: goodPassword, organization_name: "Acme" };
    for (let i = 0; i < 13; i += 1) {
      const { body } = await ask("/signup", { json });
      const { access: token } = await signIn({ ...json, ...body });
      expect((await ask("/me", { method: "DELETE", token, json: { password: goodPassword } })).status).toBe(
        204,
      );
    }
    const links = (await templates(json.email)).filter((name) => name === "verify-email");
    expect(links).toHaveLength(10);
  });

  test("resends that are refused leave the older link as it is", async () => {
    const person = await signedIn();
    const resend = () => ask("/verify-email/resend", { method: "POST", token: person.access });
    const answers = await atOnce(50, resend);
    expect(tally(answers)).toEqual({ 202: 9, 429: 41 });
    const links = (await mailsTo(person.email)).map((mail) => linkIn(mail, "verify-email"));
    const tries = links
      .filter((token) => token !== null)
      .map((token) => ask("/verify-email", { json: { token } }));
    expect(tally(await Promise.all(tries))).toEqual({ 200: 1, 410: 9 });
  });
});

describe("notices", () => {
  const settings = { NOTICES_PER_ADDRESS: "3" };
  const alerts = async (email: string) =>
    (await templates(email)).filter((name) => name === "login-alert" || name === "password-changed");
  const enter = ({ email }: { email: string }) =>
    ask("/signin", { settings, json: { email, password: goodPassword } });

  test("of sign-ins to an address that nobody has confirmed: so many, and sign-in goes on", async () => {
    const person = await signUp();
    expect(tally(await atOnce(10, () => enter(person)))).toEqual({ 200: 10 });
    expect(await alerts(person.email)).toHaveLength(3);
    const { body } = await enter(person);
    const json = { current_password: goodPassword, new_password: "a fine new passphrase" };
    expect((await ask("/me/password", { settings, token: body.access_token, json })).status).toBe(200);
    expect(await alerts(person.email)).toHaveLength(3);
  });

  test("of sign-ins to a confirmed address: every one", async () => {
    const person = await confirm(await signUp());
    for (let i = 0; i < 10; i += 1) expect((await enter(person)).status).toBe(200);
    expect(await alerts(person.email)).toHaveLength(10);
  });

  test("of roles that go back and forth: so many, and every change is done", async () => {
    const [boss, ann] = [await confirmed(), await confirmed()];
    await joins(ann, boss.org_id);
    const path = `/organizations/${boss.org_id}/members/${ann.user_id}`;
    const set = (role: string) =>
      ask(path, { method: "PATCH", token: boss.access, settings, json: { role } }) as Promise<Body>;
    for (let i = 0; i < 6; i += 1) {
      const role = i % 2 ? "member" : "admin";
      expect(await set(role)).toMatchObject({ status: 200, body: { role } });
    }
    // The first was of the sign-in, before the address was confirmed.
    expect((await templates(ann.email)).filter((name) => name !== "verify-email")).toEqual([
      "login-alert",
      ...many(2, "role-changed"),
    ]);
  });
});
