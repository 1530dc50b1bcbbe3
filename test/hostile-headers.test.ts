// Headers that anybody may write: which host was asked, by whom, for what. No route believes them, nothing that is kept or
// mailed holds them, and nobody is ever sent elsewhere.
import { describe, expect, inject, test } from "vitest";
import { type Body, call } from "./support/app.ts";
import { submit } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { claimsOf, type Mail, newEmail, type SignedIn, signedIn } from "./support/people.ts";
import { expectEveryHeader } from "./support/problems.ts";
import { everyRoute, type Route, requestOf, send } from "./support/samples.ts";

const marker = `evil${crypto.randomUUID().slice(0, 8)}`;
const evil = `${marker}.example`;
/** In the address of everybody here, and of nobody elsewhere. */
const run = newEmail().split("-")[1] ?? "";
const publicUrl = inject("variables").PUBLIC_URL ?? "";
const forged: Record<string, string> = {
  host: evil,
  forwarded: `for=${evil};host=${evil};proto=http`,
  referer: `https://${evil}/`,
  via: `1.1 ${evil}`,
  "true-client-ip": evil,
  "x-client-ip": evil,
  "x-forwarded-for": `${evil}, 203.0.113.7`,
  "x-forwarded-host": evil,
  "x-forwarded-port": "666",
  "x-forwarded-prefix": `//${evil}`,
  "x-forwarded-proto": "gopher",
  "x-forwarded-server": evil,
  "x-host": evil,
  "x-original-host": evil,
  "x-original-url": `https://${evil}/health`,
  "x-real-ip": evil,
  "x-rewrite-url": `https://${evil}/health`,
  "x-http-method": "DELETE",
  "x-http-method-override": "DELETE",
  "x-method-override": "DELETE",
};
const hostile = { headers: forged, origin: `https://${evil}` };

/** Without what differs between any two answers: ids, tokens, addresses, times. */
async function bare(answer: Response): Promise<string> {
  const withoutIds = (text: string) => text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "(uuid)");
  const headers = withoutIds(JSON.stringify([answer.status, ...answer.headers]));
  const text = withoutIds(await answer.text())
    .replace(/("oldest_unsent_mail_ms":)(null|\d+)/, "$1 0")
    .replace(/[\w.+-]+@example\.com/g, "(address)")
    .replace(/[\w-]{20,}(\.[\w-]*)*/g, "(token)")
    .replace(/\d+/g, "0");
  return `${headers}\n${text}`;
}

/** The route's valid request, whose answer does not depend on what other tests do meanwhile. */
async function requestAs(route: Route, person: SignedIn) {
  const everybody = route.platform && route.method === "GET";
  return requestOf(route, { person, ...(everybody && { query: `?q=${marker}` }) });
}

describe.each(everyRoute)("$name", (route) => {
  test("answers the same whatever host, forwarder, address or method its headers name", async () => {
    const [ann, bob] = [await signedIn(), await signedIn()];
    const [path, options] = await requestAs(route, ann);
    const plain = await call(path, options);
    const [path2, options2] = await requestAs(route, bob);
    const other = await call(path2, {
      ...options2,
      ...hostile,
      headers: { ...options2?.headers, ...forged },
    });
    expect(plain.status).toBe(route.status);
    expectEveryHeader(other, { cached: route.cached === true });
    const [expected, given] = [await bare(plain), await bare(other)];
    expect(given).toBe(expected);
    expect(given).not.toMatch(/evil|gopher/);
    // A verb that a header asks for would have taken it away.
    if (route.method === "GET") expect((await call(path2, options2)).status).toBe(route.status);
  });

  test("sends nobody elsewhere, whatever the query asks for", async () => {
    const person = await signedIn();
    const search = (await route.search?.(person)) ?? "?";
    for (const where of [
      `https://${evil}/`,
      `//${evil}`,
      `/\\${evil}`,
      `javascript:alert("${evil}")`,
      `${publicUrl}@${evil}`,
      `x\r\nlocation: https://${evil}/\r\n\r\n`,
    ]) {
      const keys = ["next", "redirect", "redirect_uri", "return_to", "continue", "url", "token_"];
      const query = keys.map((key) => `&${key}=${encodeURIComponent(where)}`).join("");
      const answer = await send(route, { person, query: search + query, headers: forged });
      expect([route.page ? 200 : 422, 409]).toContain(answer.status);
      expectEveryHeader(answer, { cached: route.cached === true && answer.ok });
      expect(await bare(answer)).not.toMatch(/evil|http-equiv|"link"/);
    }
  });

  test("survives absurd headers, and adds none because of them", async () => {
    const person = await signedIn();
    const names = [
      ...["accept", "accept-language", "access-control-request-headers", "access-control-request-method"],
      ...[
        "cf-connecting-ip",
        "cookie",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "origin",
      ],
      ...["priority", "range", "te", "traceparent", "upgrade", "user-agent", "x-request-id"],
    ];
    const long = "x".repeat(6_000);
    for (const value of [
      "",
      "*",
      "null",
      "bytes=0-1",
      "%0d%0aset-cookie:%20a=b",
      "\u00ff\u00fe",
      "a,b;c=d",
      long,
    ]) {
      const headers = Object.fromEntries(names.map((name) => [name, value]));
      const answer = await send(route, { person, headers, query: "?limit=0&unknown=1" });
      // A page looks at no query; a link's has no token here.
      const usual = route.page && !route.search ? [200, 304] : [422, 404, 409];
      expect(usual, value).toContain(answer.status);
      expectEveryHeader(answer, { cached: route.cached === true && answer.status < 400 });
      expect([...answer.headers].join()).not.toMatch(/a=b|bytes|xxx/);
    }
  });
});

test("a form that wants to lead elsewhere is refused as any other field would be", async () => {
  for (const { pattern } of everyRoute.filter(({ form }) => form)) {
    const fields = { token: "x", next: `https://${evil}/`, redirect_uri: `//${evil}` };
    const answer = await submit(pattern, fields);
    expect([404, 422]).toContain(answer.status);
    expectEveryHeader(answer);
    expect(await answer.text()).not.toMatch(/evil|http-equiv/);
  }
});

test("tokens are issued in the service's own name", async () => {
  const ann = await signedIn();
  const json = { email: ann.email, password: ann.password };
  const { access_token } = await (await call("/signin", { json, ...hostile })).json<Body>();
  expect(claimsOf(access_token)).toMatchObject({ iss: publicUrl, aud: publicUrl });
});

test("every link of the mails that all this sent is the service's own, and nothing forged is kept", async () => {
  const ann = await signedIn();
  const { email } = ann;
  await call("/forgot-password", { json: { email }, ...hostile });
  await call("/signin", { json: { email, password: ann.password }, ...hostile });
  const { data } = (await (await fetch(`${inject("inboxUrl")}/inbox.json`)).json()) as { data: Mail[] };
  const ours = data.filter(({ to }) => to.includes(run));
  const links = ours.flatMap(({ html, text }) => `${html}\n${text}`.match(/\b[a-z]+:\/\/[^\s"'<>]+/gi) ?? []);
  expect(links.length).toBeGreaterThan(200);
  for (const link of links) expect(link).toMatch(/^http:\/\/127\.0\.0\.1:8787\/[a-z-]+\?token=[\w.-]+$/);
  expect(JSON.stringify(data)).not.toMatch(new RegExp(`${marker}|gopher`));
  const tables = await owner(
    "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
  );
  expect(tables.length).toBeGreaterThan(10);
  for (const { relname } of tables) {
    const held = await owner(`select * from public."${relname}" t where t::text ~ $1`, [`${marker}|gopher`]);
    expect(held, relname).toEqual([]);
  }
});
