// What the cron and the outbox ask of the database after a response, or without one: measured like requests.
import pg from "pg";
import { ask, type Case, exceptions } from "./case.ts";
import { measure, type PlanMode } from "./measure.ts";
import type { Batch } from "./recorder.ts";

type Work = Case & { statement: string; values: string[] };

const work = (
  name: string,
  statement: string,
  values: string[],
  through: string[],
  exception?: Case["exception"],
): Work => ({ ...ask("every minute", name, {}, through, exception), statement, values });

const settle = (id: number, outcome: string) =>
  work(
    `a mail was ${outcome}`,
    "select app.settle_mail($1::jsonb) as outcome",
    [JSON.stringify({ id, outcome })],
    ["outbox_pkey"],
  );

/** `mailId`: of a mail that waits, an invite's newest. */
const works = (mailId: number): Work[] => [
  work(
    "claim",
    "select mail from app.claim_mails($1::integer, $2::bigint) mail",
    ["5", "60000"],
    ["outbox_due_index"],
  ),
  work(
    "keep a body",
    "select app.keep_mail_body($1::bigint, $2::text) as outcome",
    [String(mailId), "sealed"],
    ["outbox_pkey"],
  ),
  settle(mailId, "sent"),
  settle(mailId, "retry"),
  work(
    "prune",
    "select app.prune($1::integer) as outcome",
    ["1000"],
    ["invite_expiry_index"],
    exceptions.pruned,
  ),
  work(
    "fold",
    "select app.fold_member_changes($1::integer) as outcome",
    ["5000"],
    ["member_change_pkey"],
    exceptions.folded,
  ),
];

/** Each as the service login, and undone. */
export async function measureBackground(
  owner: pg.Client,
  serviceUrl: string,
): Promise<{ found: Case; batches: Batch[] }[]> {
  const { rows } = await owner.query(
    "select min(id) as id from outbox where sent_at is null and failed_at is null",
  );
  await owner.query("update invite set mail_id = $1 where id = (select max(id) from invite)", [rows[0].id]);
  const client = new pg.Client(serviceUrl);
  await client.connect();
  try {
    const measured = [];
    for (const { statement: query, values: params, ...found } of works(Number(rows[0].id))) {
      const request = { begin: null, statements: [{ query, params, arrayMode: false }] };
      const read = (mode: PlanMode) => measure(client, request, mode);
      measured.push({ found, batches: [{ custom: await read("custom"), generic: await read("generic") }] });
    }
    return measured;
  } finally {
    await client.end();
  }
}
