// Recovery: a reset, an accepted invite and "this was not me" each throw out whoever was in before; and asking for a reset
// tells nobody who has an account.
import { expect, test } from "vitest";
import { needsRehash } from "../../src/crypto/passwords.ts";
import { insertMailToken, itsMailTokens } from "../support/mail-token-row.ts";
import { accept, accepting, type Invite, invited, newAddress } from "./invitations.ts";
import { outcomeOf, society } from "./society.ts";
import { type Person, passwordHash, startSession } from "./tenants.ts";
import { toldOf } from "./trail.ts";

const { owner, service, company, person } = await society();
const later = 9_000_000_000_000;
const newHash =
  "$pbkdf2-sha256-chain$v=1,i=1000$bmV3c2FsdG5ld3NhbHRuZQ$bmV3aGFzaG5ld2hhc2huZXdoYXNobmV3aGFzaG5ld2g";

/** Somebody who signed up, perhaps with another's address: with sessions, links and wrong passwords behind them. */
async function signedUp(email = newAddress(), password = passwordHash) {
  const tokenHash = crypto.randomUUID();
  const { rows } = await service.query(
    `select app.sign_up($1, $2, '{"name": "Squatter", "kept": 1}', 'Squat', '{}', '{"ip": "192.0.2.1"}', $3, $4, 'sealed', null, '{}') as made`,
    [email, password, tokenHash, later],
  );
  const { user_id, org_id } = rows[0].made;
  const somebody: Person = { userId: user_id, email, sessionId: await startSession(service, user_id) };
  await startSession(service, user_id);
  await owner.query(`update "user" set settings = '{"login_alerts": false}' where id = $1`, [user_id]);
  const reset = crypto.randomUUID();
  await owner.query(insertMailToken, [reset, "reset", user_id, later]);
  for (let wrong = 0; wrong < 10; wrong += 1) await service.query("select app.begin_sign_in($1)", [email]);
  return { somebody, orgId: org_id as number, verify: tokenHash, reset };
}

const accountOf = async ({ userId }: Person) => {
  const { rows } = await owner.query(
    `select password, credential_version, email_verified_at is not null as verified, origin, profile, settings,
        (select count(*)::int from session s where s.user_id = u.id and ended_at is null) as sessions,
        (select array_agg(distinct end_reason) from session s where s.user_id = u.id) as reasons,
        (select count(*)::int from mail_token t where ${itsMailTokens} and spent_at is null) as links
      from "user" u where id = $1`,
    [userId],
  );
  return rows[0];
};
const paused = async (email: string) => {
  const { rows } = await service.query("select app.begin_sign_in($1) as answer", [email]);
  return "retry_after_seconds" in rows[0].answer;
};
const takenBack = {
  password: newHash,
  credential_version: 2,
  verified: true,
  origin: {},
  sessions: 0,
  reasons: ["password_changed"],
  links: 0,
};
const flow = (call: string, values: unknown[]) =>
  outcomeOf(service.query({ text: `select app.${call} as outcome`, values }));
const resetting = (hash: string, email: string) =>
  flow(`reset_password($1, $2, $3, '{"ip": "198.51.100.7"}')`, [hash, email, newHash]);

test("a reset takes an account back: password, address, sessions, links and the pause after wrong passwords", async () => {
  const { somebody, reset } = await signedUp();
  const bystander = await signedUp();
  expect(await paused(somebody.email)).toBe(true);
  const { rows: last } = await owner.query("select max(id) as id from outbox");
  const told = await toldOf(owner, async () => expect(await resetting(reset, somebody.email)).toBe("reset"));
  expect(await accountOf(somebody)).toMatchObject({ ...takenBack, profile: {}, settings: {} });
  expect(await paused(somebody.email)).toBe(false);
  expect(told).toMatchObject([
    {
      action: "user.updated",
      actor_id: somebody.userId,
      target_id: somebody.userId,
      after: { credential_version: 2 },
    },
  ]);
  const { rows } = await owner.query(
    "select template, recipient, params - 'at' as params from outbox where id > $1",
    [last[0].id],
  );
  expect(rows).toEqual([
    { template: "password-changed", recipient: somebody.email, params: { ip: "198.51.100.7", by: "reset" } },
  ]);
  expect(await accountOf(bystander.somebody)).toMatchObject({
    credential_version: 1,
    verified: false,
    sessions: 2,
    links: 2,
  });
  expect(await paused(bystander.somebody.email)).toBe(true);
});

test("a session that was being started with the old password is not, once it was reset", async () => {
  const { somebody, reset } = await signedUp();
  await resetting(reset, somebody.email);
  expect(
    await flow("start_session($1, 1, null, 0, null, $2, 1000, 1000, 'agent', '192.0.2.1', 'Here', '{}')", [
      somebody.userId,
      crypto.randomUUID(),
    ]),
  ).toBe("invalid_credentials");
});

test("an accepted invite takes back an account whose address nobody had confirmed, with a profile of its own", async () => {
  const { somebody } = await signedUp();
  const org = await company();
  const invite = await invited(owner, org.owner, org, { email: somebody.email.toUpperCase() });
  expect(await accepting(service, invite, null)).toBe("password_needed");
  expect(await accountOf(somebody)).toMatchObject({ credential_version: 1, verified: false, sessions: 2 });
  const { text, values } = accept(invite, newHash);
  const told = await toldOf(owner, async () => {
    const { rows } = await service.query({ text: text.replace("'{}'", `'{"name": "Ann"}'`), values });
    expect(rows[0].outcome).toMatchObject({ outcome: "accepted", created: false, user_id: somebody.userId });
  });
  expect(await accountOf(somebody)).toMatchObject({ ...takenBack, profile: { name: "Ann" }, settings: {} });
  expect(await paused(somebody.email)).toBe(false);
  expect(told.map(({ action, actor_id }) => [action, actor_id])).toEqual([
    ["invite.updated", somebody.userId],
    ["member.created", somebody.userId],
    ["user.updated", somebody.userId],
  ]);
});

test("an accepted invite leaves an account whose address is confirmed as it was, whatever came along", async () => {
  const { somebody, verify } = await signedUp();
  expect(await flow("verify_email($1, $2)", [verify, somebody.email])).toBe("verified");
  const before = await accountOf(somebody);
  const org = await company();
  const { text, values } = accept(await invited(owner, org.owner, org, { email: somebody.email }), newHash);
  expect(
    await outcomeOf(service.query({ text: text.replace("'{}'", `'{"name": "Mallory"}'`), values })),
  ).toBe("accepted");
  expect(await accountOf(somebody)).toEqual(before);
});

test("an accepted invite makes the account of a new address, confirmed, with its profile", async () => {
  const org = await company();
  const invite: Invite = await invited(owner, org.owner, org);
  expect(await accepting(service, invite, null)).toBe("password_needed");
  const { text, values } = accept(invite, newHash);
  const { rows } = await service.query({ text: text.replace("'{}'", `'{"name": "Ann"}'`), values });
  expect(rows[0].outcome).toMatchObject({ outcome: "accepted", created: true });
  expect(await accountOf({ userId: rows[0].outcome.user_id, email: "", sessionId: 0 })).toMatchObject({
    password: newHash,
    credential_version: 1,
    verified: true,
    profile: { name: "Ann" },
    sessions: 0,
  });
});

test("denied, an account is gone with the organization that it began with", async () => {
  const { somebody, orgId, verify } = await signedUp();
  expect(await flow("deny_sign_up($1, $2)", [verify, somebody.email])).toBe("removed");
  expect(await accountOf(somebody)).toBeUndefined();
  expect((await owner.query("select from organisation where id = $1", [orgId])).rowCount).toBe(0);
  expect(await flow("deny_sign_up($1, $2)", [verify, somebody.email])).toBe("token_spent");
  expect((await signedUp(somebody.email)).somebody.userId).not.toBe(somebody.userId);
});

test("a confirmed account is not denied", async () => {
  const { somebody, verify } = await signedUp();
  await owner.query('update "user" set email_verified_at = 1 where id = $1', [somebody.userId]);
  expect(await flow("deny_sign_up($1, $2)", [verify, somebody.email])).toBe("token_spent");
  expect(await accountOf(somebody)).toMatchObject({ credential_version: 1, sessions: 2 });
});

const whyItStays: [string, (account: Person, orgId: number) => Promise<unknown>][] = [
  ["others are in its organization", async (_account, orgId) => joinedBy(await person(), orgId)],
  [
    "its organization was put to sleep",
    (_account, orgId) => owner.query("update organisation set status = 1 where id = $1", [orgId]),
  ],
  [
    "an operator has suspended it",
    ({ userId }) => owner.query('update "user" set status = 1 where id = $1', [userId]),
  ],
  [
    "it has more organizations than can go at once",
    ({ userId }) =>
      owner.query("select app.found_organization($1, 'One more', '{}', false) from generate_series(1, 100)", [
        userId,
      ]),
  ],
];
const joinedBy = ({ userId }: Person, orgId: number) =>
  owner.query(
    "insert into member (org_id, user_id, role_id) select $1, $2, id from role where org_id = $1 and name = 'member'",
    [orgId, userId],
  );

test.each(whyItStays)(
  "denied while %s, an account stays, and nobody gets into it until its owner resets it",
  async (_what, depends) => {
    const old =
      "$pbkdf2-sha256-chain$v=1,i=1000$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
    const { somebody, orgId, verify, reset } = await signedUp(newAddress(), old);
    await depends(somebody, orgId);
    expect(await flow("deny_sign_up($1, $2)", [verify, somebody.email])).toBe("locked");
    const locked = await accountOf(somebody);
    expect(locked).toMatchObject({ credential_version: 2, verified: false, sessions: 0, links: 0 });
    expect(locked.password).not.toBe(old);
    // A hash as sign-in reads it, of no password.
    expect(locked.password).toMatch(/^\$pbkdf2-sha256-chain\$v=1,i=1000\$c2FsdHNhbHRzYWx0c2FsdA\$[\w-]{43}$/);
    expect(needsRehash(locked.password, 1000)).toBe(false);
    expect(await resetting(reset, somebody.email)).toBe("token_spent");
    const asked = "request_reset($1, 'asked anew ' || $1, $2, '{}', 'sealed')";
    await flow(asked, [somebody.email, later]);
    expect(await resetting(`asked anew ${somebody.email}`, somebody.email)).toBe("reset");
    expect(await accountOf(somebody)).toMatchObject({ password: newHash, verified: true });
  },
);

/** How many rows of each table there are, and how far its numbers went. */
const traces = async () => {
  const { rows } = await owner.query(
    `select (select json_agg(o order by id) from outbox o) as mails, (select json_agg(t order by hash) from mail_token t) as links,
      (select json_agg(a order by subject) from attempt a) as attempts, (select count(*) from audit_event) as told,
      (select json_agg(u order by id) from "user" u) as users`,
  );
  return rows[0];
};

test("asking for a reset of an address that nobody has leaves nothing behind", async () => {
  const before = await traces();
  const { rows } = await service.query("select app.request_reset($1, 'hash', $2, '{}', 'sealed') as answer", [
    newAddress(),
    later,
  ]);
  expect(rows).toEqual([{ answer: {} }]);
  expect(await traces()).toEqual(before);
});

test("it writes for an address that nobody has, too: the answer waits for the disk alike", async () => {
  const written = async (email: string) => {
    const lsn = async () => (await owner.query("select pg_current_wal_insert_lsn() as at")).rows[0].at;
    const before = await lsn();
    await service.query("begin");
    await service.query("select app.request_reset($1, gen_random_uuid()::text, $2, '{}', 'sealed')", [
      email,
      later,
    ]);
    // Without one, a commit waits for nothing.
    const { rows } = await service.query("select pg_current_xact_id_if_assigned() is not null as writes");
    await service.query("commit");
    const { rows: bytes } = await owner.query("select pg_wal_lsn_diff($1, $2)::int as n", [
      await lsn(),
      before,
    ]);
    return { writes: rows[0].writes, some: bytes[0].n > 100 };
  };
  const known = await written((await person()).email);
  expect(known).toEqual({ writes: true, some: true });
  expect(await written(newAddress())).toEqual(known);
});

test("a new link to reset kills the older one, of that person alone", async () => {
  const [one, other] = [await person(), await person()];
  const ask = async ({ email }: Person) => {
    const hash = crypto.randomUUID();
    const { rows } = await service.query(
      `select app.request_reset($1, $2, $3, '{"ip": ""}', 'sealed') as answer`,
      [email.toUpperCase(), hash, later],
    );
    expect(rows[0].answer.mail).toMatchObject({
      template: "reset-password",
      recipient: email,
      secrets: "sealed",
      params: { ip: "", expires_at: later, at: expect.any(Number) },
    });
    return hash;
  };
  const [first, foreign, second] = [await ask(one), await ask(other), await ask(one)];
  expect(await resetting(first, one.email)).toBe("token_spent");
  expect(await resetting(second, one.email)).toBe("reset");
  expect(await resetting(foreign, other.email)).toBe("reset");
});
