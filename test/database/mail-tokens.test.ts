// Links that confirm an address or reset a password: each is spent once, by its own address and for its own purpose, and
// looking at one spends nothing.
import { expect, test } from "vitest";
import { insertMailToken } from "../support/mail-token-row.ts";
import { ask, outcomeOf, society } from "./society.ts";
import { type Person, passwordHash } from "./tenants.ts";

const { scratch, owner, service, person, company, member } = await society();
const later = 9_000_000_000_000;

async function link(kind: "verify" | "reset", { userId, email }: Person, expiresAt = later) {
  const hash = crypto.randomUUID();
  await owner.query(insertMailToken, [hash, kind, userId, expiresAt]);
  return { hash, email };
}
type Link = Awaited<ReturnType<typeof link>>;

async function newcomer(): Promise<Person> {
  const somebody = await person();
  await owner.query(
    `update "user" set email_verified_at = null, origin = '{"ip": "192.0.2.1", "place": "Here"}' where id = $1`,
    [somebody.userId],
  );
  return somebody;
}

const uses = {
  verify: ({ hash, email }: Link) => ({
    text: "select app.verify_email($1, $2) as outcome",
    values: [hash, email],
  }),
  deny: ({ hash, email }: Link) => ({
    text: "select app.deny_sign_up($1, $2) as outcome",
    values: [hash, email],
  }),
  reset: ({ hash, email }: Link) => ({
    text: "select app.reset_password($1, $2, $3, '{}') as outcome",
    values: [hash, email, `new ${passwordHash}`],
  }),
};
const using = (use: keyof typeof uses, what: Link, client = service) =>
  outcomeOf(client.query(uses[use](what)));
const looked = async (kind: string, { hash, email }: Link) =>
  (await service.query("select app.look_at_mail_token($1, $2, $3) as seen", [hash, kind, email])).rows[0]
    .seen;
const spent = "token_spent";

test.each([
  ["verify", "verify", "verified"],
  ["deny", "verify", "removed"],
  ["reset", "reset", "reset"],
] as const)("of fifty at once who use a link to %s, one does", async (use, kind, done) => {
  const clients = await Promise.all(Array.from({ length: 50 }, () => scratch.connect("service")));
  for (let round = 0; round < 5; round += 1) {
    const somebody = await newcomer();
    const what = await link(kind, somebody);
    const ended = await Promise.all(clients.map((client) => using(use, what, client)));
    expect(ended.sort()).toEqual([done, ...Array(49).fill(spent)].sort());
  }
  await Promise.all(clients.map((client) => client.end()));
});

test("of an address confirmed and denied at once, one is done", async () => {
  const two = await scratch.connect("service");
  for (let round = 0; round < 20; round += 1) {
    const somebody = await newcomer();
    const what = await link("verify", somebody);
    const ended = await Promise.all([using("verify", what), using("deny", what, two)]);
    expect(ended.join(", ")).toMatch(/^(verified, token_spent|token_spent, removed)$/);
    const { rowCount } = await owner.query('select from "user" where id = $1', [somebody.userId]);
    expect(rowCount).toBe(ended[0] === "verified" ? 1 : 0);
  }
});

test("looking spends nothing, however often, and tells of when and from where the account was made", async () => {
  const somebody = await newcomer();
  const [verify, reset] = [await link("verify", somebody), await link("reset", somebody)];
  const { rows } = await owner.query('select created_at from "user" where id = $1', [somebody.userId]);
  for (const [kind, what] of [
    ["verify", verify],
    ["verify", verify],
    ["reset", reset],
    ["reset", reset],
  ] as const)
    expect(await looked(kind, what)).toEqual({
      outcome: "open",
      made_at: Number(rows[0].created_at),
      origin: { ip: "192.0.2.1", place: "Here" },
      organization: null,
    });
  expect([await using("verify", verify), await using("reset", reset)]).toEqual(["verified", "reset"]);
});

test("a link serves its own address and its own purpose, while its time lasts", async () => {
  const [somebody, stranger] = [await newcomer(), await newcomer()];
  for (const [kind, other, names] of [
    ["verify", "reset", ["verify", "deny"]],
    ["reset", "verify", ["reset"]],
  ] as const) {
    const right = await link(kind, somebody);
    const foreign = { ...right, email: stranger.email };
    for (const use of names) {
      expect(await using(use, foreign), use).toBe(spent);
      expect(await using(use, await link(other, somebody)), use).toBe(spent);
      expect(await using(use, await link(kind, somebody, 1)), use).toBe(spent);
      expect(await using(use, { hash: "never was", email: somebody.email }), use).toBe(spent);
    }
    for (const [what, as] of [
      [foreign, kind],
      [right, other],
      [{ ...right, hash: "never was" }, kind],
    ] as const)
      expect(await looked(as, what)).toEqual({ outcome: spent });
    // However the address is written.
    expect(await looked(kind, { ...right, email: somebody.email.toUpperCase() })).toMatchObject({
      outcome: "open",
    });
    await owner.query('update "user" set email = $1 where id = $2', [
      `moved-${somebody.email}`,
      somebody.userId,
    ]);
    expect(await looked(kind, right)).toEqual({ outcome: spent });
    expect(await using(names[0], right)).toBe(spent);
    await owner.query('update "user" set email = $1 where id = $2', [somebody.email, somebody.userId]);
    expect(await using(names[0], right)).toBe(kind === "verify" ? "verified" : "reset");
    expect(await looked(kind, right)).toEqual({ outcome: spent });
  }
});

test("a confirmed address is told by its time, kills the other links that confirm it, and forgets where it began", async () => {
  const somebody = await newcomer();
  const [older, newer, reset] = [
    await link("verify", somebody),
    await link("verify", somebody),
    await link("reset", somebody),
  ];
  expect(await using("verify", newer)).toBe("verified");
  const { rows } = await owner.query(
    `select email_verified_at between app.now_ms() - 10000 and app.now_ms() as now, origin from "user" where id = $1`,
    [somebody.userId],
  );
  expect(rows).toEqual([{ now: true, origin: {} }]);
  expect([await using("verify", older), await using("deny", older)]).toEqual([spent, spent]);
  expect(await looked("reset", reset)).toMatchObject({ outcome: "open" });
});

const newLink = (hash: string) => `select app.resend_verification('${hash}', ${later}, 'sealed') as outcome`;

test("another link to confirm an address kills the older ones, of that kind and of that person", async () => {
  const [somebody, other] = [await newcomer(), await newcomer()];
  const [older, reset, foreign] = [
    await link("verify", somebody),
    await link("reset", somebody),
    await link("verify", other),
  ];
  const newer = { ...older, hash: crypto.randomUUID() };
  const { rows: last } = await owner.query("select coalesce(max(id), 0) as id from outbox");
  expect(await ask(service, somebody, null, newLink(newer.hash))).toBe("sent");
  const { rows } = await owner.query("select template, recipient, secrets from outbox where id > $1", [
    last[0].id,
  ]);
  expect(rows).toEqual([{ template: "verify-email", recipient: somebody.email, secrets: "sealed" }]);
  expect(await using("verify", older)).toBe(spent);
  expect(await looked("verify", older)).toMatchObject({ outcome: "superseded" });
  for (const [kind, what] of [
    ["reset", reset],
    ["verify", foreign],
    ["verify", newer],
  ] as const)
    expect(await looked(kind, what)).toMatchObject({ outcome: "open" });
  expect(await using("verify", newer)).toBe("verified");
  expect(await ask(service, somebody, null, newLink("one more"))).toBe("already_verified");
});

test("a link that a newer one replaced confirms nothing, and disowns the account while nobody has confirmed it", async () => {
  const [somebody, confirmed] = [await newcomer(), await newcomer()];
  for (const who of [somebody, confirmed]) {
    const older = await link("verify", who);
    const [newer, late] = [crypto.randomUUID(), await link("verify", who, 1)];
    expect(await ask(service, who, null, newLink(newer))).toBe("sent");
    expect(await using("verify", older)).toBe(spent);
    expect(await using("deny", late)).toBe(spent);
    if (who === confirmed) expect(await using("verify", { ...older, hash: newer })).toBe("verified");
    const [look, end] = who === confirmed ? [spent, spent] : ["superseded", "removed"];
    expect(await looked("verify", older)).toMatchObject({ outcome: look });
    expect(await using("deny", older)).toBe(end);
  }
});

test("of twenty who ask for another link at once, the last one's works and no other", async () => {
  const somebody = await newcomer();
  const hashes = Array.from({ length: 20 }, () => crypto.randomUUID());
  const clients = await Promise.all(hashes.map(() => scratch.connect("service")));
  const ended = await Promise.all(
    hashes.map((hash, index) => ask(clients[index] as typeof service, somebody, null, newLink(hash))),
  );
  expect(ended).toEqual(Array(20).fill("sent"));
  const open: string[] = [];
  for (const hash of hashes)
    if ((await looked("verify", { hash, email: somebody.email })).outcome === "open") open.push(hash);
  expect(open).toHaveLength(1);
});

test("a link to reset is its address's: it outlives the account, serves the next one, and a newer one replaces it", async () => {
  const [first, bystander] = [await newcomer(), await newcomer()];
  const [verify, older] = [await link("verify", first), await link("reset", first)];
  const foreign = await link("reset", bystander);
  await owner.query('delete from "user" where id = $1', [first.userId]);
  expect(await looked("reset", older)).toEqual({ outcome: spent });
  expect(await using("reset", older)).toBe(spent);

  const { rows } = await owner.query(
    `insert into "user" (email, password, credential_version) values (upper($1), 'theirs', 1) returning id`,
    [first.email],
  );
  const next = rows[0].id;
  expect(await looked("reset", older)).toMatchObject({ outcome: "open" });
  expect([await using("verify", verify), await using("deny", verify)]).toEqual([spent, spent]);
  const newer = { ...older, hash: crypto.randomUUID() };
  const asked = "select app.request_reset($1, $2, $3, '{}', 'sealed') as answer";
  const { rows: answers } = await service.query(asked, [first.email, newer.hash, later]);
  expect(answers[0].answer).toHaveProperty("mail");
  expect(await using("reset", older)).toBe(spent);
  expect(await using("reset", newer)).toBe("reset");
  const { rows: reset } = await owner.query(
    'select password, email_verified_at is not null as verified from "user" where id = $1',
    [next],
  );
  expect(reset).toEqual([{ password: `new ${passwordHash}`, verified: true }]);
  expect(await looked("reset", foreign)).toMatchObject({ outcome: "open" });
});

test("a link that the rules of 0.5 made, of the account, works, and is replaced by a newer one", async () => {
  for (const replaced of [false, true]) {
    const somebody = await newcomer();
    const older = { hash: crypto.randomUUID(), email: somebody.email };
    await owner.query(
      "insert into mail_token (hash, kind, user_id, expires_at) values ($1, 'reset', $2, $3)",
      [...[older.hash, somebody.userId, later]],
    );
    expect(await looked("reset", older)).toMatchObject({ outcome: "open" });
    if (replaced)
      await service.query("select app.request_reset($1, $2, $3, '{}', 'sealed')", [
        ...[somebody.email, crypto.randomUUID(), later],
      ]);
    expect(await using("reset", older)).toBe(replaced ? spent : "reset");
  }
});

test("the page names the organization that the account began with", async () => {
  const org = await company();
  await member(org);
  expect(await looked("verify", await link("verify", org.owner))).toMatchObject({ organization: "Acme" });
});
