// Ten wrong passwords of one account in a quarter of an hour: not one more, however they arrive, and from wherever; and
// nobody is locked out by them.
import { expect, test, vi } from "vitest";
import { ask } from "./support/app.ts";
import { inviteFrom, resetToken, submit } from "./support/invitations.ts";
import { atOnce, from, newNetwork, tally } from "./support/networks.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, newEmail, signedIn, signUp } from "./support/people.ts";

const wrong = "not the right one";
const tryWrong = (email: string, headers: Record<string, string> = {}) =>
  ask("/signin", { headers, json: { email, password: wrong } });

/** Starts to count the passwords that are hashed. */
function countHashes(): () => number {
  const derive = vi.spyOn(crypto.subtle, "deriveBits");
  return () => derive.mock.calls.length;
}

test("fifty at once, twenty times: ten hashes are computed, every time, of a known address and of an unknown one", {
  timeout: 120_000,
}, async () => {
  for (let round = 0; round < 20; round += 1) {
    const email = round % 2 ? (await signUp()).email : newEmail("nobody");
    const hashes = countHashes();
    const answers = await atOnce(50, () => tryWrong(email, newNetwork()));
    expect([tally(answers), hashes()]).toEqual([{ 401: 10, 429: 40 }, 10]);
    vi.restoreAllMocks();
  }
});

test("whatever asks for the password: sign-in, another password, the end of the account", async () => {
  const person = await signedIn();
  const { access: token, email } = person;
  const hashes = countHashes();
  const answers = await atOnce(60, (i) =>
    i % 3 === 0
      ? tryWrong(email)
      : i % 3 === 1
        ? ask("/me", { method: "DELETE", token, json: { password: wrong } })
        : ask("/me/password", { token, json: { current_password: wrong, new_password: "a fine new one" } }),
  );
  expect([tally(answers), hashes()]).toEqual([{ 401: 10, 429: 50 }, 10]);
});

test("no header and no way of writing the address is a way around", async () => {
  const { email } = await signUp();
  for (let i = 0; i < 10; i += 1) {
    const headers = { "x-forwarded-for": `192.0.2.${i}`, "x-real-ip": `192.0.2.${i}`, ...newNetwork() };
    const spelled = i % 2 ? email.toUpperCase() : email;
    expect((await tryWrong(spelled, headers)).status).toBe(401);
  }
  for (const name of ["x-forwarded-for", "x-real-ip", "true-client-ip", "forwarded", "cf-connecting-ipv6"])
    expect((await tryWrong(email, { [name]: "192.0.2.99", ...newNetwork() })).status).toBe(429);
});

test("an invite's password is set and not compared: there is nothing to guess", async () => {
  const person = await signUp();
  const { token, email } = await inviteFrom(await signUp(), { email: person.email });
  const answers = await atOnce(5, () => ask("/accept-invite", { json: { token, email, password: wrong } }));
  expect(tally(answers)).toEqual({ 200: 1, 410: 4 });
  expect(await owner("select 1 from attempt where subject = app.address_hash($1)", [email])).toEqual([]);
});

test("a blocked try does not lengthen the pause", async () => {
  const { email } = await signUp();
  for (let i = 0; i < 10; i += 1) await tryWrong(email);
  const [before] = await owner("select * from attempt where subject = app.address_hash($1)", [email]);
  const first = await tryWrong(email);
  await atOnce(30, () => tryWrong(email));
  const last = await tryWrong(email);
  expect(Number(last.headers.get("retry-after"))).toBeLessThanOrEqual(
    Number(first.headers.get("retry-after")),
  );
  expect(await owner("select * from attempt where subject = app.address_hash($1)", [email])).toEqual([
    before,
  ]);
});

test("the owner gets in by a reset, while somebody goes on guessing from elsewhere", async () => {
  const { email } = await signUp();
  let guessing = true;
  const evaluated: number[] = [];
  const stranger = async () => {
    while (guessing) evaluated.push((await tryWrong(email, newNetwork())).status);
  };
  const strangers = [stranger(), stranger(), stranger()];
  await vi.waitFor(async () => expect((await tryWrong(email, newNetwork())).status).toBe(429));
  const home = from("2001:db8:7:7::1");
  const new_password = "a fine new passphrase";
  const signIn = (password: string) => ask("/signin", { headers: home, json: { email, password } });
  expect((await signIn(goodPassword)).status).toBe(429);
  const token = await resetToken(email);
  expect((await ask("/reset-password", { headers: home, json: { token, new_password } })).status).toBe(200);
  await vi.waitFor(async () => expect((await tryWrong(email, newNetwork())).status).toBe(429));
  // The address of a moment later, in the same network.
  const { status } = await ask("/signin", {
    headers: from("2001:db8:7:7::2"),
    json: { email, password: new_password },
  });
  expect(status).toBe(200);
  // Not without limit, and not for ever.
  for (let i = 0; i < 10; i += 1) expect((await signIn(wrong)).status).toBe(401);
  expect((await signIn(wrong)).status).toBe(429);
  guessing = false;
  await Promise.all(strangers);
  expect(evaluated.filter((code) => code === 401).length).toBeLessThanOrEqual(20); // Ten before the reset, ten after.
  await owner("update attempt set last_at = last_at - 15 * 60000 where cardinality(attempted_at) = 10");
  expect((await signIn(wrong)).status).toBe(429); // Counted with everybody's again, who have used theirs up.
});

test("a reset by the form of its page opens the same door", async () => {
  const { email } = await signUp();
  await atOnce(12, () => tryWrong(email));
  const token = await resetToken(email);
  expect((await submit("/reset-password", { token, new_password: "a fine new passphrase" })).status).toBe(
    200,
  );
  const json = { email, password: "a fine new passphrase" };
  expect((await ask("/signin", { json })).status).toBe(200);
});
