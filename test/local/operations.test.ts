// docs/operations.md, as it is printed: its marked SQL on a service that is in use, its marked shell on real keys.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { migrate } from "../../scripts/migrate.ts";
import { makeKeys } from "../../scripts/secrets.ts";
import { catalogueOf } from "../database/catalogue.ts";
import { migratedDatabase } from "../database/scratch.ts";
import { openScene, type Scene } from "../faults/scene.ts";
import { snapshotOf } from "./snapshot.ts";

const root = join(import.meta.dirname, "../..");
const guide = readFileSync(join(root, "docs/operations.md"), "utf8");
const blocks = [...guide.matchAll(/<!-- run: (.+) -->\n```(?:sql|bash)\n([\s\S]*?)```/g)].map(
  ([, name = "", text = ""]) => ({ name, text }),
);
const unused = new Set(blocks.map(({ name }) => name));
/** What stands in the guide under this name, with one thing of it put right for here. */
function printed(name: string, from = "", to = ""): string {
  unused.delete(name);
  const found = blocks.filter((block) => block.name === name).map(({ text }) => text);
  if (found.length === 0 || !found.join().includes(from))
    throw new Error(`the guide has no "${from}" in ${name}`);
  return found.join("\n").replaceAll(from, to);
}

const password = "correct horse battery staple";
let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
}, 120_000);
afterAll(() => scene.close());
afterAll(() => expect([...unused]).toEqual([]));

let counter = 0;
type Person = { email: string; user_id: number; org_id: number; access: string; refresh: string };

async function signIn(
  email: string,
  secret = password,
): Promise<{ status: number; access: string; refresh: string }> {
  const { status, body } = await scene.ask("/signin", { email, password: secret });
  return { status, access: body.access_token, refresh: body.refresh_token };
}
/** Of this mail to this person: the newest link's token. */
const linkTo = (email: string, page: string): Promise<string> =>
  vi.waitFor(async () => {
    const response = await fetch(`${scene.inbox.url}/inbox.json?to=${encodeURIComponent(email)}`);
    const { data } = (await response.json()) as { data: { text: string }[] };
    const token = data.map(({ text }) => new RegExp(`${page}\\?token=(\\S+)`).exec(text)?.[1]).find(Boolean);
    expect(token).toBeTruthy();
    return token as string;
  }, 20_000);
async function mailsTo(email: string): Promise<number> {
  const response = await fetch(`${scene.inbox.url}/inbox.json?to=${encodeURIComponent(email)}`);
  return ((await response.json()) as { data: unknown[] }).data.length;
}
/** Verified, and signed in. */
async function person(name: string): Promise<Person> {
  const email = `${name}-${++counter}@acme.com`;
  const { status, body } = await scene.ask("/signup", { email, password, organization_name: "Acme" });
  expect(status).toBe(201);
  expect((await scene.ask("/verify-email", { token: await linkTo(email, "verify-email") })).status).toBe(200);
  return { email, user_id: body.user_id, org_id: body.org_id, ...(await signIn(email)) };
}
const me = async (access: string) => {
  const { status, body } = await scene.ask("/me", undefined, access);
  return status === 200 ? body.email : body.code;
};
const waiting = async () =>
  (await scene.query("select count(*)::int as n from outbox where sent_at is null and failed_at is null"))[0]
    .n;

/** The first try at the one mail that waits is over. */
const settled = () =>
  expect
    .poll(() => scene.query("select last_error from outbox where sent_at is null and failed_at is null"))
    .toEqual([{ last_error: expect.stringMatching(/^500/) }]);

async function resetPassword(email: string, token: string, new_password: string): Promise<string> {
  const { status, body } = await scene.ask("/reset-password", { token, new_password });
  return status === 200 ? email : body.code;
}

test("after a restore nothing that had ended is alive, no mail goes out again, and no id is given out twice", async () => {
  const [ada, bea] = [await person("ada"), await person("bea")];
  await scene.ask("/forgot-password", { email: ada.email });
  const reset = await linkTo(ada.email, "reset-password");
  const invited = `invited-${++counter}@acme.com`;
  const invitation = { email: invited, role: "member", expires_in: 86_400 };
  expect((await scene.ask(`/organizations/${bea.org_id}/invites`, invitation, bea.access)).status).toBe(201);
  const invite = await linkTo(invited, "accept-invite");
  await expect.poll(waiting).toBe(0);
  scene.inbox.setFault({ status: 500 });
  await scene.ask("/forgot-password", { email: bea.email });
  await settled();
  // As if its Worker had been killed before it was rendered: rendered twice, it would have two keys, and go out twice.
  await scene.query("update outbox set body = null where sent_at is null");

  const snapshot = await snapshotOf(scene.query);

  scene.inbox.setFault(null);
  await scene.drain();
  const mailsOfBea = await mailsTo(bea.email);
  expect(await resetPassword(ada.email, reset, "staple correct horse")).toBe(ada.email);
  expect(await me(ada.access)).toBe("session_ended");
  expect((await scene.ask("/accept-invite", { token: invite, password })).status).toBe(201);
  const carl = await person("carl");

  await snapshot.restore();
  // This is what a restore does by itself.
  expect(await me(ada.access)).toBe(ada.email);
  expect(await waiting()).toBe(1);
  expect((await scene.ask("/accept-invite", { token: invite, password })).status).toBe(201);

  await snapshot.restore();
  await scene.query(printed("after a restore"));
  expect(await me(ada.access)).toBe("session_ended");
  const { status, body } = await scene.ask("/token/refresh", { refresh_token: ada.refresh });
  expect([status, body.code]).toEqual([401, "session_ended"]);
  expect(await resetPassword(ada.email, reset, "horse correct staple")).toBe("token_spent");
  expect((await scene.ask("/accept-invite", { token: invite, password })).body.code).toBe("invite_revoked");
  await scene.query("update outbox set next_attempt_at = 0");
  await scene.cron(3);
  expect([await waiting(), await mailsTo(bea.email)]).toEqual([0, mailsOfBea]);

  const dan = await person("dan");
  expect(dan.user_id).toBeGreaterThan(carl.user_id);
  expect(dan.org_id).toBeGreaterThan(carl.org_id);
  // Carl was lost; his token still lives, and is nobody's.
  expect(await me(carl.access)).toBe("session_ended");
  expect((await signIn(bea.email)).status).toBe(200);
});

test("the old branch tells what has to be done again, and a password of before fits nobody", async () => {
  const [ada, bea] = [await person("ada"), await person("bea")];
  const changed = await scene.ask(
    "/me/password",
    { current_password: password, new_password: "staple correct horse" },
    ada.access,
  );
  expect(changed.status).toBe(200);
  await scene.query(`update "user" set platform_admin = true where id = $1`, [bea.user_id]);
  const since = printed(
    "what happened since",
    "2026-11-29 11:58:00+00",
    new Date(Date.now() - 60_000).toISOString(),
  );
  const told = (await scene.query(since)).map(({ action, target_id, after }) => [
    action,
    target_id,
    Object.keys(after ?? {}),
  ]);
  expect(told).toContainEqual(["user.updated", ada.user_id, ["credential_version"]]);
  expect(told).toContainEqual(["user.updated", bea.user_id, ["platform_admin"]]);
  expect(told.filter(([action]) => action === "user.created")).toEqual([]);

  await scene.query(printed("unfit passwords", "(101, 102)", `(${ada.user_id})`));
  expect((await signIn(ada.email, "staple correct horse")).status).toBe(401);
  expect((await signIn(bea.email)).status).toBe(200);
  await scene.ask("/forgot-password", { email: ada.email });
  const reset = await linkTo(ada.email, "reset-password");
  expect(await resetPassword(ada.email, reset, "horse staple correct")).toBe(ada.email);
  expect((await signIn(ada.email, "horse staple correct")).status).toBe(200);
});

describe("incidents", () => {
  test("an account that was taken over is locked, and told of; its owner comes back by mail", async () => {
    const [ada, bea] = [await person("ada"), await person("bea")];
    // One more than an address gets within half an hour here: whoever was in has had them all.
    for (let i = 0; i < 21; i += 1) await scene.ask("/forgot-password", { email: ada.email });
    const known = await linkTo(ada.email, "reset-password");
    await scene.query(printed("lock an account", "ada@example.com", ada.email.toUpperCase()));
    expect([await me(ada.access), await me(bea.access)]).toEqual(["session_ended", bea.email]);
    expect([(await signIn(ada.email)).status, (await signIn(bea.email)).status]).toEqual([401, 200]);
    expect(await resetPassword(ada.email, known, "staple correct horse")).toBe("token_spent");
    await scene.ask("/forgot-password", { email: ada.email });
    const anew = await vi.waitFor(async () => {
      const newest = await linkTo(ada.email, "reset-password");
      expect(newest).not.toBe(known);
      return newest;
    }, 20_000);
    expect(await resetPassword(ada.email, anew, "staple correct horse")).toBe(ada.email);
    const did = await scene.query(printed("who did what", "ada@example.com", ada.email));
    expect(did.map(({ action }) => action)).toEqual(expect.arrayContaining(["user.updated"]));
    expect(new Set(did.map(({ org_id }) => org_id ?? ada.org_id))).toEqual(new Set([ada.org_id]));
  });

  test("every session ends", async () => {
    const [ada, bea] = [await person("ada"), await person("bea")];
    await scene.query(printed("end every session"));
    expect([await me(ada.access), await me(bea.access)]).toEqual(["session_ended", "session_ended"]);
    expect((await signIn(ada.email)).status).toBe(200);
  });

  test("every link is closed, and mails with links go no more; those without do", async () => {
    const ada = await person("ada");
    await scene.ask("/forgot-password", { email: ada.email });
    const reset = await linkTo(ada.email, "reset-password");
    await expect.poll(waiting).toBe(0);
    scene.inbox.setFault({ status: 500 });
    await scene.ask("/forgot-password", { email: ada.email });
    await signIn(ada.email);
    await expect.poll(waiting).toBe(2);
    await scene.query(printed("close every link"));
    scene.inbox.setFault(null);
    expect(await waiting()).toBe(1);
    await scene.drain();
    expect(await resetPassword(ada.email, reset, "staple correct horse")).toBe("token_spent");
    expect(await scene.query("select id from outbox where secrets is not null or body is not null")).toEqual(
      [],
    );
  });
});

test("the queries show what waits and what was given up, the releases, and what the cron has left", async () => {
  const ada = await person("ada");
  await scene.drain();
  scene.inbox.setFault({ status: 500 });
  await scene.ask("/forgot-password", { email: ada.email });
  await settled();
  const [queue = "", failures = ""] = printed("mails").split(/;\n/);
  expect(await scene.query(queue)).toMatchObject([
    { template: "reset-password", waiting: "1", errors: [expect.stringMatching(/^500/)] },
  ]);
  await scene.advance(25 * 3_600_000);
  scene.inbox.setFault(null);
  await scene.cron();
  expect(await scene.query(failures)).toContainEqual(
    expect.objectContaining({ template: "reset-password", given_up: "1" }),
  );

  const releases = await scene.query(printed("releases"));
  expect(releases.map(({ version }) => version)).toContain("0.5.0");

  const bea = await person("bea");
  // In one transaction, so that no cron comes to it first.
  await scene.query("begin");
  await scene.query("update session set expires_at = app.now_ms() - 400000 where user_id = $1", [
    bea.user_id,
  ]);
  const [left] = await scene.query(printed("cron"));
  expect(left).toEqual({
    expired_sessions: "1",
    expired_tokens: "0",
    changes_to_fold: expect.stringMatching(/^[1-9]/),
  });
  for (const statement of printed("cron by hand").split(/;\n/).filter(Boolean)) await scene.query(statement);
  expect(await scene.query(printed("cron"))).toEqual([
    { expired_sessions: "0", expired_tokens: "0", changes_to_fold: "0" },
  ]);
  await scene.query("commit");
});

test("a database is stopped by taking the service's login away", async () => {
  const scratch = await migratedDatabase();
  onTestFinished(() => scratch.drop());
  // Of the whole server, so in a transaction that is undone: other tests log in meanwhile.
  await scratch.owner.query("begin");
  await scratch.owner.query(printed("stop"));
  const { rows } = await scratch.owner.query(
    "select rolcanlogin as it from pg_roles where rolname = 'app_login'",
  );
  await scratch.owner.query("rollback");
  expect(rows).toEqual([{ it: false }]);
});

test("rules that came without their grants and settings are made anew", async () => {
  const scratch = await migratedDatabase();
  onTestFinished(() => scratch.drop());
  const settings = async () =>
    (
      await scratch.owner.query(
        `select setconfig from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
       where d.datname = current_database() and s.setrole = 'app_login'::regrole`,
      )
    ).rows;
  const [whole, planner] = [await catalogueOf(scratch.owner), await settings()];
  expect(planner).toHaveLength(1);
  await scratch.owner.query(`revoke all on all tables in schema public from app_login, app_tenant;
    revoke all on all functions in schema app from app_login, app_tenant, public;
    revoke all on schema app, public from app_login, app_tenant`);
  const { rows } = await scratch.owner.query("select current_database() as name");
  await scratch.owner.query(`alter role app_login in database ${rows[0].name} reset all`);
  expect(await migrate(scratch.url)).toBe("unchanged");
  expect(await catalogueOf(scratch.owner)).not.toEqual(whole);
  await scratch.owner.query(printed("rules anew"));
  expect(await migrate(scratch.url)).toBe("applied");
  expect([await catalogueOf(scratch.owner), await settings()]).toEqual([whole, planner]);
});

test("the three steps of a rotation put three sets, the last of them with the new key alone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-rotation-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { signing } = await makeKeys();
  writeFileSync(join(folder, "signing.json"), JSON.stringify(signing));
  // npm and wrangler as they would be called: the one runs the repository's script, the other takes what it is given.
  const stand = `npm() { [ "$*" = "run --silent secrets -- $5" ] && "$NODE" "$SECRETS" "$5"; }
    npx() { [ "$*" = "wrangler secret put SIGNING_KEYS" ] && cat >> put.jsonl; }`;
  await promisify(execFile)("bash", ["-euo", "pipefail", "-c", `${stand}\n${printed("rotation")}`], {
    cwd: folder,
    env: { ...process.env, NODE: process.execPath, SECRETS: join(root, "scripts/secrets.ts") },
  });
  const put = readFileSync(join(folder, "put.jsonl"), "utf8").trim().split("\n");
  const kids = put.map((set) => JSON.parse(set).keys.map(({ kid }: { kid: string }) => kid));
  const [old, fresh] = kids[0] ?? [];
  expect(old).toBe(signing.keys[0]?.kid);
  expect(kids).toEqual([[old, fresh], [fresh, old], [fresh]]);
  expect(readFileSync(join(folder, "signing.json"), "utf8").trim()).toBe(put[2]);
});
