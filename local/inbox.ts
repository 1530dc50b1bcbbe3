// A mailbox that speaks Resend's API: what the Worker sends lands here, to be read on a web page or, by
// tests and scripts, at `GET /inbox.json?to=`. In that list `to` is a text when one recipient was given as
// a text, else a list, as it was sent.
import { type Context, Hono } from "hono";
import { checkMail, isRefusal, type MailFields, openMailbox, type Refusal } from "./inbox-mails.ts";
import { inboxPages } from "./inbox-pages.ts";
import { serve } from "./loopback-server.ts";

/** `hang`: holds the request until the fault changes. `lost`: takes the mail, then breaks off. A status: refuses. */
export type Fault = { status: number; retryAfter?: number } | "hang" | "lost" | null;

export type Inbox = {
  url: string;
  setFault(fault: Fault): void;
  /** How many requests `hang` holds, also of callers who have given up meanwhile. */
  held(): number;
  /** Nobody listens any more, until `reopen`: at the same address, with the same mails. */
  close(): Promise<void>;
  reopen(): Promise<void>;
};

const BATCH_SIZE = 100;

/** `file` keeps the mails between runs. */
export async function startInbox(options: { port?: number | undefined; file?: string } = {}): Promise<Inbox> {
  const mailbox = openMailbox(options.file);
  let fault: Fault = null;
  const held: (() => void)[] = [];

  const app = new Hono()
    .use("/emails/*", async (c, next) => {
      if (fault === "hang")
        await new Promise((_, hangUp: (reason: Error) => void) => held.push(() => hangUp(asTold)));
      if (fault !== null && typeof fault === "object") return refuseAsTold(c, fault);
      if (!/^Bearer \S+/.test(c.req.header("authorization") ?? "")) return refuse(c, noKey);
      await next();
      if (fault === "lost") throw asTold;
    })
    .post("/emails", async (c) => {
      const taken = await takeMails(c, (body) => [body]);
      return isRefusal(taken) ? refuse(c, taken) : c.json({ id: taken[0] });
    })
    .post("/emails/batch", async (c) => {
      const taken = await takeMails(c, (body) =>
        Array.isArray(body) ? body.slice(0, BATCH_SIZE + 1) : null,
      );
      return isRefusal(taken) ? refuse(c, taken) : c.json({ data: taken.map((id) => ({ id })) });
    })
    .get("/inbox.json", (c) => {
      const data = mailbox
        .list(c.req.query("to"))
        .map(({ id, to, from, subject, html, text, created_at }) => ({
          ...{ id, to, from, subject, html: html ?? null, text: text ?? null, created_at },
        }));
      return c.json({ data });
    })
    .delete("/inbox.json", (c) => {
      mailbox.clear();
      return c.body(null, 204);
    })
    .route("/", inboxPages(mailbox));

  async function takeMails(
    c: Context,
    split: (body: unknown) => unknown[] | null,
  ): Promise<string[] | Refusal> {
    const key = c.req.header("idempotency-key");
    if (key !== undefined && (key === "" || key.length > 256)) return badKey;
    const text = await c.req.text();
    const bodies = split(parseJson(text));
    if (!bodies || bodies.length === 0 || bodies.length > BATCH_SIZE) return badBatch;
    const mails: MailFields[] = [];
    for (const body of bodies) {
      const mail = checkMail(body);
      if (isRefusal(mail)) return mail;
      mails.push(mail);
    }
    return mailbox.take(mails, text, key);
  }

  app.onError((error) => {
    throw error;
  });
  const handle = (request: Request) => app.fetch(request);
  let server = await serve(handle, options.port);
  const { url } = server;
  return {
    url,
    setFault: (next) => {
      fault = next;
      for (const hangUp of held.splice(0)) hangUp();
    },
    held: () => held.length,
    close: () => server.close(),
    reopen: async () => {
      server = await serve(handle, Number(new URL(url).port));
    },
  };
}

const asTold = new Error("hung up, as told by setFault");
const noKey = { statusCode: 401, name: "missing_api_key", message: "Missing API Key" };
const badKey = {
  statusCode: 400,
  name: "invalid_idempotency_key",
  message: "The idempotency key must be between 1-256 chars.",
};
const badBatch = {
  statusCode: 422,
  name: "validation_error",
  message: `The body must be a list of 1 to ${BATCH_SIZE} emails.`,
};

function refuse(c: Context, refusal: Refusal): Response {
  return c.json(refusal, refusal.statusCode as 422);
}

const names: Record<number, string> = { 422: "validation_error", 429: "rate_limit_exceeded" };

function refuseAsTold(c: Context, { status, retryAfter }: Exclude<Fault, string | null>): Response {
  if (retryAfter !== undefined) c.header("retry-after", String(retryAfter));
  const name = names[status] ?? "internal_server_error";
  return refuse(c, { statusCode: status, name, message: "Refused, as told by setFault." });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
