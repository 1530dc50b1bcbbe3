// The local mailbox takes and refuses mails as Resend does, and shows what it took.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Resend } from "resend";
import { afterAll, beforeEach, expect, test } from "vitest";
import { type Inbox, startInbox } from "../../local/inbox.ts";
import type { Mail } from "../../local/inbox-mails.ts";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-inbox-"));
const file = join(folder, "inbox.jsonl");
let inbox: Inbox = await startInbox({ file });

afterAll(async () => {
  await inbox.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => fetch(`${inbox.url}/inbox.json`, { method: "DELETE" }));

const mail = {
  ...{ from: "Gatehouse <auth@gatehouse.example>", to: "ada@example.com", subject: "Hello" },
  ...{ html: "<p>Hello</p>", text: "Hello" },
};

async function post(body: unknown, headers: Record<string, string> = {}, path = "/emails") {
  const response = await fetch(inbox.url + path, {
    method: "POST",
    headers: { Authorization: "Bearer re_local", "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as { id: string },
  };
}
const list = async (query = "") =>
  ((await (await fetch(`${inbox.url}/inbox.json${query}`)).json()) as { data: Mail[] }).data;
const page = async (path: string) => {
  const response = await fetch(inbox.url + path);
  return { status: response.status, headers: response.headers, text: await response.text() };
};

test("a mail that is taken gets an id and is listed", async () => {
  const { status, body } = await post(mail);
  expect(status).toBe(200);
  expect(await list()).toEqual([{ ...mail, id: body.id, created_at: expect.any(Number) }]);
});

test("the list is newest first and finds a recipient in any case", async () => {
  await post({ ...mail, subject: "1" });
  await post({ ...mail, subject: "2", to: ["Bob <bob@example.com>", "Carol@Example.com"] });
  await post({ ...mail, subject: "3", to: "ADA@example.com" });
  const subjects = async (query: string) => (await list(query)).map((m) => m.subject);
  expect(await subjects("")).toEqual(["3", "2", "1"]);
  expect(await subjects("?to=Ada@Example.com")).toEqual(["3", "1"]);
  expect(await subjects("?to=carol@example.com")).toEqual(["2"]);
  expect(await subjects("?to=bob@example.com")).toEqual(["2"]);
  expect(await subjects("?to=nobody@example.com")).toEqual([]);
});

test("Resend's own client works, batches too", async () => {
  const resend = new Resend("re_local", { baseUrl: inbox.url });
  expect(await resend.emails.send(mail)).toMatchObject({ data: { id: expect.any(String) }, error: null });
  const batch = await resend.batch.send([mail, { ...mail, to: "bob@example.com" }]);
  expect(batch.data?.data).toHaveLength(2);
  expect(await list()).toHaveLength(3);
  const { error } = await resend.emails.send({ ...mail, to: "nonsense" });
  expect(error).toMatchObject({ name: "validation_error", statusCode: 422 });
});

test.each([
  ["no recipient", { ...mail, to: undefined }, 422, "missing_required_field"],
  ["no sender", { ...mail, from: undefined }, 422, "missing_required_field"],
  ["no subject", { ...mail, subject: undefined }, 422, "missing_required_field"],
  ["no content", { ...mail, html: undefined, text: undefined }, 422, "missing_required_field"],
  ["a bad recipient", { ...mail, to: "ada" }, 422, "validation_error"],
  ["a recipient on no domain", { ...mail, to: "ada@localhost" }, 422, "validation_error"],
  ["a recipient beyond ASCII", { ...mail, to: "adä@example.com" }, 422, "validation_error"],
  ["65 characters before the @", { ...mail, to: `${"a".repeat(65)}@example.com` }, 422, "validation_error"],
  ["a domain of hyphens", { ...mail, to: "Ada <ada@-.com>" }, 422, "validation_error"],
  ["51 recipients", { ...mail, to: Array(51).fill("a@b.example") }, 422, "validation_error"],
])("%s is refused", async (_what, body, status, name) => {
  const answer = await post(body);
  expect(answer).toMatchObject({ status, body: { statusCode: status, name, message: expect.any(String) } });
  expect(await list()).toEqual([]);
});

test("a call without a key is refused", async () => {
  const answer = await post(mail, { Authorization: "" });
  expect(answer).toMatchObject({ status: 401, body: { name: "missing_api_key" } });
});

test("a repeat with the same idempotency key is one mail, with another body a conflict", async () => {
  const first = await post(mail, { "Idempotency-Key": "k1" });
  const again = await post(mail, { "Idempotency-Key": "k1" });
  expect(again).toMatchObject({ status: 200, body: first.body });
  const other = await post({ ...mail, subject: "Other" }, { "Idempotency-Key": "k1" });
  expect(other).toMatchObject({ status: 409, body: { name: "invalid_idempotent_request" } });
  expect(await list()).toHaveLength(1);
});

test("mails and idempotency keys outlive a restart", async () => {
  const first = await post(mail, { "Idempotency-Key": "k2" });
  await inbox.close();
  inbox = await startInbox({ file });
  expect(await list()).toHaveLength(1);
  expect((await post(mail, { "Idempotency-Key": "k2" })).body).toEqual(first.body);
  expect(await list()).toHaveLength(1);
});

test("faults can be switched on and off", async () => {
  inbox.setFault({ status: 429, retryAfter: 1 });
  const refused = await post(mail);
  expect(refused).toMatchObject({ status: 429, body: { name: "rate_limit_exceeded" } });
  expect(refused.headers.get("retry-after")).toBe("1");
  inbox.setFault("hang");
  await expect(
    fetch(`${inbox.url}/emails`, { method: "POST", signal: AbortSignal.timeout(100) }),
  ).rejects.toThrow();
  expect(inbox.held()).toBe(1);
  inbox.setFault("lost");
  expect(inbox.held()).toBe(0);
  expect(await list()).toEqual([]);
  await expect(post(mail)).rejects.toThrow();
  expect(await list()).toHaveLength(1);
  inbox.setFault(null);
  expect((await post(mail)).status).toBe(200);
});

test("a held request is let go without an answer, and its mail is not taken", async () => {
  inbox.setFault("hang");
  const held = expect(post(mail)).rejects.toThrow();
  await expect.poll(() => inbox.held()).toBe(1);
  inbox.setFault(null);
  await held;
  expect(await list()).toEqual([]);
});

test("closed, it does not listen; open again, it has the same address and the same mails", async () => {
  await post(mail, { "Idempotency-Key": "k3" });
  await inbox.close();
  await expect(post(mail)).rejects.toThrow();
  await inbox.reopen();
  await post(mail, { "Idempotency-Key": "k3" });
  expect(await list()).toHaveLength(1);
});

test("the pages escape everything and let a mail run nothing", async () => {
  const script = "<script>alert(1)</script>";
  const { body } = await post({
    ...mail,
    subject: script,
    text: `${script} https://a.example/x?y=1`,
    html: script,
  });
  const listed = await page("/");
  expect(listed.text).not.toContain(script);
  expect(listed.text).toContain("&lt;script&gt;");
  const shown = await page(`/mails/${body.id}`);
  expect(shown.text).not.toContain(script);
  expect(shown.text).toMatch(/<iframe [^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"/);
  const text = await page(`/mails/${body.id}?view=text`);
  expect(text.text).not.toContain(script);
  expect(text.text).toContain('<a href="https://a.example/x?y=1"');
  const frame = await page(`/mails/${body.id}/body`);
  expect(frame.text).toContain(script);
  const policy = frame.headers.get("content-security-policy");
  expect(policy).toContain("default-src 'none'");
  expect(policy).toMatch(/sandbox(?!.*allow-scripts)/);
  expect((await page("/mails/none")).status).toBe(404);
});
