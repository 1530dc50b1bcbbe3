// What a mail says: rendered by its first sender and kept, sealed, in its row, so that every retry is identical.
import { sql } from "drizzle-orm";
import type { Config } from "../config.ts";
import { type MailTokenKind, seal, sealMailToken, unseal } from "../crypto/tokens.ts";
import { build, type Database, outcomeOf } from "../db/client.ts";
import type { ClaimedMail } from "./claimed-mail.ts";
import { type Mail, renderMail } from "./render.tsx";

/** `kept`: the text that stands in the row, the same for every sender. */
export type KeptBody = { mail: Mail; kept: string };
/** `over`: the mail is settled by now, or out of time. `unknown`: not to be sent by this release, or these keys. */
export type NoBody = "over" | "unknown";

/** Which token is in which mail's link. */
const linkKinds: Record<string, MailTokenKind> = {
  "verify-email": "verify",
  "reset-password": "reset",
  invitation: "invite",
};

/** The body of each mail, in order. */
export async function keepBodies(
  config: Config,
  db: Database,
  mails: ClaimedMail[],
): Promise<(KeptBody | NoBody)[]> {
  const rendered = await Promise.all(mails.map((mail) => (mail.body === null ? render(config, mail) : null)));
  const own = await Promise.all(
    rendered.map((mail) => mail && seal(config.SEALING_KEYS, "mail-body", JSON.stringify(mail))),
  );
  const results = await db.run(
    mails.map(({ id }, i) =>
      build.execute<{ outcome: { over: boolean; body: string | null } }>(
        sql`select app.keep_mail_body(${id}::bigint, ${own[i] ?? null}::text) as outcome`,
      ),
    ),
  );
  return Promise.all(
    results.map(async (result) => {
      const { over, body } = outcomeOf(result);
      if (over) return "over";
      if (body === null) return "unknown";
      const opened = await unseal(config.SEALING_KEYS, "mail-body", body);
      return opened === null ? "unknown" : { mail: JSON.parse(opened) as Mail, kept: body };
    }),
  );
}

async function render(
  config: Config,
  { template, recipient, params, secrets }: ClaimedMail,
): Promise<Mail | null> {
  if (secrets === null) return renderMail(config, template, params);
  const opened = await unseal(config.SEALING_KEYS, "mail-secrets", secrets);
  const kind = linkKinds[template];
  if (opened === null || !kind) return null;
  const { id, token } = JSON.parse(opened) as { id: string; token?: string };
  // The link is for the row's recipient, whoever asked for it. (A row of 0.2 brings its token.)
  const contents = { id, email: recipient, expiresAt: Number(params.expires_at) };
  const inviteId = kind === "invite" && { inviteId: Number(params.invite_id) };
  const link = token ?? (await sealMailToken(config.SEALING_KEYS, kind, { ...contents, ...inviteId }));
  return renderMail(config, template, { ...params, token: link });
}
