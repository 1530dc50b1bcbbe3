// Accounts: one per address; each link works once; one lineage of refresh tokens; ten guesses.
import { expect } from "vitest";
import { ends, expectRows, FIELD, MANY_ROUNDS, oneOf, type Race, same, times } from "./race.ts";
import { newEmail, password } from "./service.ts";

const signUpOf = (email: string) => ({ email, password, organization_name: "Acme" });
/** The same address, in another case each time. */
const spelled = (email: string, i: number) =>
  [...email].map((letter, at) => ((at + i) % 3 === 0 ? letter.toUpperCase() : letter)).join("");
const jtiOf = (token: string) =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()).jti;
const userBy = 'select * from "user" where id = $1';

const addresses: Race[] = [
  {
    name: "sign-up with one address, in any case",
    rounds: MANY_ROUNDS,
    async round(service) {
      const email = newEmail();
      return {
        contenders: times(FIELD, (i) => same(service, "POST /signup", { json: signUpOf(spelled(email, i)) })),
        outcomes: oneOf("201", "email_taken"),
        async after() {
          await expectRows(service, 1, 'select from "user" where lower(email) = $1', [email]);
          await expectRows(service, 1, "select from outbox where lower(recipient) = $1", [email]);
        },
      };
    },
  },
];

const lived = (name: string, request: string, gone: boolean): Race => ({
  name,
  rounds: MANY_ROUNDS,
  async round(service) {
    const person = await service.person({ verified: false });
    await service.organization(person);
    const json = { token: await service.link("verify", person) };
    return {
      contenders: times(FIELD, () => same(service, request, { json })),
      outcomes: oneOf("200", "token_spent"),
      after: () => expectRows(service, gone ? 0 : 1, userBy, [person.userId]),
    };
  },
});

const links: Race[] = [
  lived("one link to confirm an address", "POST /verify-email", false),
  lived("one link to disown an account", "POST /verify-email/deny", true),
  {
    name: "one link to confirm and to disown",
    async round(service) {
      const person = await service.person({ verified: false });
      const orgId = await service.organization(person);
      const json = { token: await service.link("verify", person) };
      const confirmed: string[] = [];
      const confirm = async () => {
        const { code } = await service.ask("POST /verify-email", { json });
        confirmed.push(code);
        return code;
      };
      const deny = same(service, "POST /verify-email/deny", { json });
      return {
        contenders: times(FIELD, (i) => (i % 2 ? confirm : deny)),
        outcomes: oneOf("200", "token_spent"),
        async after() {
          const left = confirmed.includes("200") ? 1 : 0;
          await expectRows(service, left, `${userBy} and email_verified_at is not null`, [person.userId]);
          await expectRows(service, left, userBy, [person.userId]);
          await expectRows(service, left, "select from organisation where id = $1", [orgId]);
        },
      };
    },
  },
  {
    name: "one link to reset a password, to another each",
    rounds: MANY_ROUNDS,
    async round(service) {
      const person = await service.person();
      const token = await service.link("reset", person);
      const words = (i: number) => `fine new passphrase ${i}`;
      const won: string[] = [];
      const reset = (i: number) => async () => {
        const json = { token, new_password: words(i) };
        const { code } = await service.ask("POST /reset-password", { json });
        if (code === "200") won.push(words(i));
        return code;
      };
      return {
        contenders: times(FIELD, reset),
        outcomes: oneOf("200", "token_spent"),
        async after() {
          const json = { email: person.email, password: won[0] };
          expect((await service.ask("POST /signin", { json })).code).toBe("200");
          const [user] = await service.rows(userBy, [person.userId]);
          expect(user.credential_version).toBe(2);
          const changed = "select from outbox where recipient = $1 and template = 'password-changed'";
          await expectRows(service, 1, changed, [person.email]);
        },
      };
    },
  },
  {
    name: "one link to reset a password, while the account is deleted",
    rounds: MANY_ROUNDS,
    async round(service) {
      const by = await service.person();
      await service.organization(by);
      const json = { token: await service.link("reset", by), new_password: "a fine new passphrase" };
      const reset = same(service, "POST /reset-password", { json });
      const deleted = same(service, "DELETE /me", { by, json: { password } });
      return {
        contenders: [...times(25, () => reset), deleted, ...times(FIELD - 26, () => reset)],
        // Whoever comes second finds nothing to do.
        outcomes: [
          ends({ "204": 1, token_spent: FIELD - 1 }),
          ends({ "200": 1, session_ended: 1, token_spent: FIELD - 2 }),
          ends({ "200": 1, invalid_credentials: 1, token_spent: FIELD - 2 }),
        ],
        async after() {
          const left = await service.rows(userBy, [by.userId]);
          expect(left.map(({ credential_version }) => credential_version)).toEqual(left.map(() => 2));
        },
      };
    },
  },
  {
    name: "a forgotten password, over and over",
    async round(service) {
      const { email } = await service.person();
      return {
        contenders: times(FIELD, () => same(service, "POST /forgot-password", { json: { email } })),
        outcomes: [ends({ "202": FIELD })],
        after: () =>
          expectRows(
            service,
            1,
            "select from mail_token where address = app.address_hash($1) and spent_at is null",
            [email],
          ),
      };
    },
  },
];

const tokensOf = "select from refresh_token where session_id = $1";

const sessions: Race[] = [
  {
    name: "one refresh token: one successor, told to all",
    rounds: MANY_ROUNDS,
    async round(service) {
      const person = await service.person();
      const jtis = new Set<string>();
      const refresh = async () => {
        const json = { refresh_token: person.refresh };
        const { code, body } = await service.ask("POST /token/refresh", { json });
        jtis.add(jtiOf(body.refresh_token));
        return code;
      };
      return {
        contenders: times(FIELD, () => refresh),
        outcomes: [ends({ "200": FIELD })],
        async after() {
          expect(jtis.size).toBe(1);
          await expectRows(service, 2, tokensOf, [person.sessionId]);
        },
      };
    },
  },
  {
    name: "a stolen refresh token, whose successor was used: the session ends once",
    async round(service) {
      const person = await service.person();
      const json = { refresh_token: person.refresh };
      const { body } = await service.ask("POST /token/refresh", { json });
      await service.ask("POST /token/refresh", { json: { refresh_token: body.refresh_token } });
      return {
        contenders: times(FIELD, () => same(service, "POST /token/refresh", { json })),
        outcomes: oneOf("refresh_token_reused", "session_ended"),
        after: () => expectRows(service, 3, tokensOf, [person.sessionId]),
      };
    },
  },
  {
    name: "wrong passwords for one address: ten are looked at",
    rounds: MANY_ROUNDS,
    async round(service) {
      const { email } = await service.person();
      const json = { email, password: "not the right one" };
      return {
        contenders: times(FIELD, () => same(service, "POST /signin", { json })),
        outcomes: [ends({ invalid_credentials: 10, too_many_attempts: FIELD - 10 })],
      };
    },
  },
  {
    name: "signing out",
    async round(service) {
      const by = await service.person();
      return {
        contenders: times(FIELD, () => same(service, "POST /signout", { by })),
        // Who had entered before it ended has nothing left to do.
        outcomes: [ends({ "204": 1 }, "204", "session_ended")],
      };
    },
  },
  {
    name: "an account that is deleted, as often as a password may be tried",
    async round(service) {
      const by = await service.person();
      await service.organization(by);
      return {
        contenders: times(10, () => same(service, "DELETE /me", { by, json: { password } })),
        outcomes: [ends({ "204": 1, session_ended: 9 })],
        after: () => expectRows(service, 0, userBy, [by.userId]),
      };
    },
  },
  {
    name: "an account that is deleted while its password changes",
    async round(service) {
      const by = await service.person();
      await service.organization(by);
      const json = { current_password: password, new_password: "a fine new passphrase" };
      const changed = same(service, "POST /me/password", { by, json });
      const deleted = same(service, "DELETE /me", { by, json: { password } });
      return {
        // As often as a password may be tried.
        contenders: times(10, (i) => (i % 2 ? deleted : changed)),
        outcomes: [ends({ "204": 1, session_ended: 9 }), ends({ "200": 1, invalid_credentials: 9 })],
        async after() {
          const left = await service.rows(userBy, [by.userId]);
          expect(left.map(({ credential_version }) => credential_version)).toEqual(left.map(() => 2));
        },
      };
    },
  },
  {
    name: "an account that is deleted while it signs in and refreshes: nothing of it is left",
    async round(service) {
      const by = await service.person();
      await service.organization(by);
      const entry = { email: by.email, password };
      // Within the ten password checks that are allowed.
      const signIn = same(service, "POST /signin", { json: entry });
      const refresh = same(service, "POST /token/refresh", { json: { refresh_token: by.refresh } });
      const deleted = same(service, "DELETE /me", { by, json: { password } });
      const rest = times(FIELD - 1, (i) => (i < 8 ? signIn : refresh));
      return {
        contenders: [...rest.slice(0, 25), deleted, ...rest.slice(25)],
        outcomes: [ends({ "204": 1 }, "200", "invalid_credentials", "session_ended")],
        async after() {
          await expectRows(service, 0, userBy, [by.userId]);
          await expectRows(service, 0, "select from session where user_id = $1", [by.userId]);
        },
      };
    },
  },
];

export const accountRaces = [...addresses, ...links, ...sessions] satisfies Race[];
