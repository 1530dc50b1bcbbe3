// What Resend checks before it takes a mail, and the mails that were taken, newest last. With a file they
// outlive the run: one JSON line per mail, the idempotency key beside it.
import { createHash, randomUUID } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import * as z from "zod";

export type MailFields = z.infer<typeof mailBody>;
export type Mail = MailFields & { id: string; created_at: number };
export type Refusal = { statusCode: number; name: string; message: string };
type Line = { mail: Mail; key?: string; hash?: string };

const KEPT_MAILS = 1000;
const KEY_LIFE_MS = 24 * 60 * 60 * 1000;

/** In ASCII, at most 64 characters before the @, and a domain of at least two labels (RFC 5321, 4.5.3.1). */
const bare = String.raw`[!-;=?A-~]{1,64}@([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+[a-z]([a-z\d-]{0,61}[a-z\d])`;
const address = z.string().regex(new RegExp(`^([^<>]+<${bare}>|${bare})$`, "i"));
const addresses = z.union([address, z.array(address).min(1).max(50)]);
const mailBody = z.object({
  from: address,
  to: addresses,
  subject: z.string(),
  html: z.string().optional(),
  text: z.string().optional(),
  cc: addresses.optional(),
  bcc: addresses.optional(),
  reply_to: addresses.optional(),
  headers: z.record(z.string(), z.string()).optional(),
  tags: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
});

/** Returns the mail's fields, or Resend's refusal. */
export function checkMail(value: unknown): MailFields | Refusal {
  const parsed = mailBody.safeParse(value);
  if (parsed.success) {
    const { html, text } = parsed.data;
    return html || text ? parsed.data : missing("html` or `text");
  }
  const field = String(parsed.error.issues[0]?.path[0] ?? "from");
  const given = (value as Record<string, unknown> | null)?.[field];
  if (given === undefined || given === "") return missing(field);
  const message = `Invalid \`${field}\` field. The email address needs to follow the \`email@example.com\` or \`Name <email@example.com>\` format.`;
  return { statusCode: 422, name: "validation_error", message };
}

function missing(field: string): Refusal {
  return { statusCode: 422, name: "missing_required_field", message: `Missing \`${field}\` field.` };
}

export const isRefusal = (value: object): value is Refusal => "statusCode" in value;

export function openMailbox(file?: string) {
  let lines = file && existsSync(file) ? readLines(file) : [];

  return {
    /** Newest first; only those to `recipient`, if given. */
    list(recipient?: string): Mail[] {
      const mails = lines.map((line) => line.mail).reverse();
      return recipient === undefined ? mails : mails.filter((mail) => isTo(mail, recipient));
    },
    find: (id: string): Mail | undefined => lines.find((line) => line.mail.id === id)?.mail,
    /** Takes mails that passed the check; a repeat of `key` with the same body gives the first ids again. */
    take(mails: MailFields[], body: string, key?: string): string[] | Refusal {
      const hash = createHash("sha256").update(body).digest("hex");
      const earlier = key ? lines.filter((line) => line.key === key && isYoung(line.mail)) : [];
      if (earlier.length > 0) {
        return earlier[0]?.hash === hash ? earlier.map((line) => line.mail.id) : keyReused;
      }
      const taken = mails.map((mail) => ({
        mail: { id: randomUUID(), created_at: Date.now(), ...mail },
        ...(key ? { key, hash } : {}),
      }));
      lines.push(...taken);
      if (file)
        appendFileSync(file, taken.map((line) => `${JSON.stringify(line)}\n`).join(""), { mode: 0o600 });
      return taken.map((line) => line.mail.id);
    },
    clear(): void {
      lines = [];
      if (file) writeFileSync(file, "", { mode: 0o600 });
    },
  };
}

const keyReused: Refusal = {
  statusCode: 409,
  name: "invalid_idempotent_request",
  message: "This idempotency key has been used with a different request body.",
};

const isYoung = (mail: Mail) => mail.created_at > Date.now() - KEY_LIFE_MS;

function isTo(mail: Mail, recipient: string): boolean {
  const bare = (text: string) => (/<([^>]+)>\s*$/.exec(text)?.[1] ?? text).trim().toLowerCase();
  return [mail.to].flat().some((to) => bare(to) === bare(recipient));
}

/** The last line may be half written when a run was killed: what does not parse is left out. */
function readLines(file: string): Line[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line) => parseLine(line)).slice(-KEPT_MAILS);
}

function parseLine(line: string): Line[] {
  try {
    return [JSON.parse(line) as Line];
  } catch {
    return [];
  }
}
