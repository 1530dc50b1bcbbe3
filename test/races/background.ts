// What operators and the background do: suspended once and for all; every mail claimed by one sender.
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { build } from "../../src/db/client.ts";
import { ends, expectRows, FIELD, MANY_ROUNDS, type Race, same, times } from "./race.ts";
import { type Person, password } from "./service.ts";

const mails = 120;
const claimSize = 5;

export const backgroundRaces: Race[] = [
  {
    name: "two operators who suspend each other: one is left",
    async round(service) {
      const [one, other] = (await service.people(2, { operator: true })) as [Person, Person];
      const half = FIELD / 2;
      const suspend = (by: Person, { userId }: Person) =>
        same(service, `POST /admin/users/${userId}/suspend`, { by });
      return {
        contenders: times(FIELD, (i) => (i % 2 ? suspend(one, other) : suspend(other, one))),
        // Who had entered when they were suspended has no power any more; who had not, no session.
        outcomes: [ends({ "200": half }, "permission_missing", "session_ended")],
        after: () =>
          expectRows(service, 1, 'select from "user" where id = any ($1) and status = 0', [
            [one.userId, other.userId],
          ]),
      };
    },
  },
  {
    name: "somebody who is suspended while they sign in and refresh: no session lives on",
    async round(service) {
      const by = await service.person({ operator: true });
      const { userId, email, refresh } = await service.person();
      const suspend = same(service, `POST /admin/users/${userId}/suspend`, { by });
      const signIn = same(service, "POST /signin", { json: { email, password } });
      const renew = same(service, "POST /token/refresh", { json: { refresh_token: refresh } });
      const rest = times(FIELD - 1, (i) => (i % 6 === 0 ? signIn : renew));
      return {
        contenders: [...rest.slice(0, 20), suspend, ...rest.slice(20)],
        outcomes: [ends({ "200": 1 }, "200", "user_suspended", "session_ended")],
        after: () =>
          expectRows(service, 0, "select from session where user_id = $1 and ended_at is null", [userId]),
      };
    },
  },
  {
    name: "fifty sweeps of the outbox: each mail is claimed once",
    rounds: MANY_ROUNDS,
    async round(service) {
      await service.settled();
      await service.rows("update outbox set next_attempt_at = app.now_ms() + 3600000 where sent_at is null");
      const recipient = crypto.randomUUID();
      await service.rows(
        `insert into outbox (template, recipient, attempts, next_attempt_at) select 'login-alert', $1, 0, 0 from generate_series(1, ${mails})`,
        [recipient],
      );
      const claimed: number[] = [];
      const claim = async () => {
        const [{ rows }] = await service
          .background()
          .run([
            build.execute<{ mail: { id: number } }>(
              sql`select mail from app.claim_mails(${claimSize}::integer, 3600000) mail`,
            ),
          ]);
        claimed.push(...rows.map(({ mail }) => mail.id));
        return "done";
      };
      return {
        contenders: times(FIELD, () => claim),
        outcomes: [ends({ done: FIELD })],
        async after() {
          expect(claimed.length).toBeGreaterThan(0);
          expect(new Set(claimed).size).toBe(claimed.length);
          const attempted = "select from outbox where recipient = $1 and attempts = 1";
          await expectRows(service, claimed.length, attempted, [recipient]);
          await service.rows("delete from outbox where recipient = $1", [recipient]);
        },
      };
    },
  },
];
