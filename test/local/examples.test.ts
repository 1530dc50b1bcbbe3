// The package as another team has it, and the examples, beside a running `npm run dev`.
import { execFile, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresHome } from "../../local/postgres-home.ts";
import { guard } from "../../local/watchdog.ts";
import packageJson from "../../package.json" with { type: "json" };
import { buildPackage } from "../../scripts/compile.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const home = mkdtempSync(join(tmpdir(), "gatehouse-examples-"));
const stateFolder = join(home, ".local");
const env = { ...process.env, GATEHOUSE_STATE_FOLDER: stateFolder };

/** A script of local/, and what it says. */
function start(script: string) {
  const child = spawn(process.execPath, [script], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  guard({ kind: "group", pid: child.pid ?? 0, signal: "SIGTERM", graceMs: 5_000 });
  const said = { text: "" };
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said.text += text));
  const until = async (done: () => boolean) => {
    while (!done()) {
      if (child.exitCode !== null) throw new Error(`${script} ended: ${said.text}`);
      await sleep(100);
    }
  };
  return { child, said, until };
}
const dev = start("local/dev.ts");

afterAll(async () => {
  for (const { child } of [example, dev]) {
    if (!child || child.exitCode !== null) continue;
    child.kill("SIGTERM");
    await new Promise((resolve) => child.once("exit", resolve));
  }
  const folders = process.env.DATABASE_URL ? [home] : [home, postgresHome(stateFolder).folder];
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}, 60_000);

let stack: { api: string; inbox: string };
let example = { child: undefined as ReturnType<typeof start>["child"] | undefined };
beforeAll(async () => {
  const file = join(stateFolder, "stack.json");
  await dev.until(() => existsSync(file));
  stack = JSON.parse(readFileSync(file, "utf8"));
}, 120_000);

// biome-ignore lint/suspicious/noExplicitAny: a body is whatever the assertion says it is
type Answer = { status: number; body: any; headers: Headers };
async function send(url: string, method: string, token?: string, json?: unknown): Promise<Answer> {
  const headers: Record<string, string> = {};
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (json !== undefined) headers["content-type"] = "application/json";
  const response = await fetch(url, {
    method,
    headers,
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
}
const api = async (request: string, json?: unknown, token?: string) => {
  const [method = "", path = ""] = request.split(" ");
  return send(stack.api + path, method, token, json);
};
const password = "correct horse battery staple";

async function mailedToken(address: string, page: string): Promise<string> {
  for (;;) {
    const { body } = await send(`${stack.inbox}/inbox.json?to=${encodeURIComponent(address)}`, "GET");
    for (const { text } of body.data) {
      const [, token] = new RegExp(`/${page}\\?token=([\\w.-]+)`).exec(text) ?? [];
      if (token) return token;
    }
    await sleep(50);
  }
}

type Person = { email: string; user_id: number; org_id: number };
async function signUp(name: string): Promise<Person> {
  const email = `${name}-${crypto.randomUUID().slice(0, 8)}@example.com`;
  const { body } = await api("POST /signup", { email, password, organization_name: "Acme" });
  await api("POST /verify-email", { token: await mailedToken(email, "verify-email") });
  return { email, ...body };
}
async function signIn({ email }: { email: string }, org_id?: number) {
  const { body } = await api("POST /signin", { email, password, ...(org_id && { org_id }) });
  return { access: body.access_token as string, refresh: body.refresh_token as string };
}

describe("the notes Worker", () => {
  let notes: string;
  let ann: Person;
  let bea: { email: string; user_id: number };
  const there = (id: number | string = ann.org_id) => `${notes}/orgs/${id}/notes`;

  beforeAll(async () => {
    const started = start("local/example.ts");
    example = started;
    await started.until(() => /Notes run: /.test(started.said.text));
    notes = /Notes run: (http:\/\/[\d.:]+)/.exec(started.said.text)?.[1] ?? "";
    ann = await signUp("ann");
    const email = `bea-${crypto.randomUUID().slice(0, 8)}@example.com`;
    const { access } = await signIn(ann);
    await api(`POST /organizations/${ann.org_id}/invites`, { email, role: "admin" }, access);
    const accepted = await api("POST /accept-invite", {
      token: await mailedToken(email, "accept-invite"),
      password,
    });
    bea = { email, user_id: accepted.body.user_id };
  }, 120_000);

  test("lets in whom the token's organization and permissions say", async () => {
    const { access } = await signIn(ann, ann.org_id);
    const written = await fetch(there(), {
      method: "POST",
      headers: { authorization: `Bearer ${access}` },
      body: "Hello",
    });
    expect(written.status).toBe(201);
    const { status, body } = await send(there(), "GET", (await signIn(bea, ann.org_id)).access);
    expect([status, body.data]).toEqual([
      200,
      [{ note_id: expect.any(String), text: "Hello", author: { user_id: ann.user_id, email: ann.email } }],
    ]);
  });

  test("refuses the rest, in the service's words", async () => {
    const stranger = await signUp("eve");
    const { access, refresh } = await signIn(ann, ann.org_id);
    const refusals: [string | undefined, number, string][] = [
      [undefined, 401, "unauthenticated"],
      ["garbage", 401, "invalid_token"],
      [refresh, 401, "invalid_token"],
      [`${access.slice(0, -4)}AAAA`, 401, "invalid_token"],
      [(await signIn(stranger, stranger.org_id)).access, 404, "not_found"],
      [(await signIn(ann)).access, 403, "permission_missing"],
    ];
    for (const [token, status, code] of refusals) {
      const answer = await send(there(), "GET", token);
      expect([answer.status, answer.body.code]).toEqual([status, code]);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
    }
    for (const id of [stranger.org_id, 0, "x", `${ann.org_id}.0`])
      expect((await send(there(id), "GET", access)).status).toBe(404);
  });

  test("asks live before it throws all away: whoever was removed, or signed out, is refused at once", async () => {
    const asBea = await signIn(bea, ann.org_id);
    expect((await send(there(), "DELETE", asBea.access)).status).toBe(204);
    const { access } = await signIn(ann);
    const removed = await api(
      `DELETE /organizations/${ann.org_id}/members/${bea.user_id}`,
      undefined,
      access,
    );
    expect(removed.status).toBe(204);
    const refused = await send(there(), "DELETE", asBea.access);
    expect([refused.status, refused.body.code]).toEqual([404, "not_found"]);
    // What only reads takes the token's word until it has expired.
    expect((await send(there(), "GET", asBea.access)).status).toBe(200);

    const once = await signIn(ann, ann.org_id);
    await api("POST /signout", undefined, once.access);
    const ended = await send(there(), "DELETE", once.access);
    expect([ended.status, ended.body.code]).toEqual([401, "session_ended"]);
    expect(ended.headers.get("www-authenticate")).toContain("session ended");
    const none = await send(there(), "DELETE");
    expect([none.status, none.body.code]).toEqual([401, "unauthenticated"]);
  });
});

test("without a running service the example says what to start", async () => {
  const elsewhere = { ...env, GATEHOUSE_STATE_FOLDER: join(home, "nowhere") };
  const failed = await run(process.execPath, ["local/example.ts"], { cwd: root, env: elsewhere }).catch(
    (error) => error,
  );
  expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining("start `npm run dev`")]);
});

describe("the package", () => {
  const consumer = join(home, "consumer");
  const modules = join(consumer, "node_modules");
  const gatehouse = join(modules, "gatehouse");

  beforeAll(async () => {
    const built = join(home, "built");
    await buildPackage(built);
    const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", home], { cwd: built });
    const [{ filename }] = JSON.parse(stdout);
    mkdirSync(gatehouse, { recursive: true });
    await run("tar", ["-xzf", join(home, filename), "-C", gatehouse, "--strip-components", "1"]);
    for (const name of ["hono", "jose", "@types/node", "@cloudflare/workers-types", "undici-types"]) {
      mkdirSync(join(modules, name, ".."), { recursive: true });
      symlinkSync(join(root, "node_modules", name), join(modules, name));
    }
    writeFileSync(join(consumer, "package.json"), JSON.stringify({ type: "module" }));
    for (const folder of ["client", "notes-worker"])
      cpSync(join(root, "examples", folder), join(consumer, "src", folder), { recursive: true });
    for (const page of ["verify", "client"]) {
      const text = readFileSync(join(root, "docs", `${page}.md`), "utf8");
      const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
      expect(blocks.length).toBeGreaterThan(2);
      for (const [i, block] of blocks.entries())
        writeFileSync(join(consumer, "src", `${page}-${i}.ts`), block);
    }
  }, 120_000);

  /** What TypeScript says about the consumer's sources, its libraries' declarations included. */
  async function typeCheck(options: object): Promise<string> {
    const compilerOptions = {
      target: "es2022",
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      ...options,
    };
    writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["src"] }));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    return run(process.execPath, [tsc, "-p", consumer], { cwd: consumer }).then(
      () => "",
      ({ stdout }: { stdout: string }) => stdout,
    );
  }

  test("holds the two entries and their types, and nothing of the server", () => {
    for (const entry of ["client.js", "verify.js"]) {
      const text = readFileSync(join(gatehouse, entry), "utf8");
      expect(text).not.toMatch(/drizzle|zod|neon|resend|DATABASE_URL|bowser/i);
      const imports = [...text.matchAll(/from "([^"]+)"/g)].map(([, path]) => path);
      expect(new Set(imports)).toEqual(new Set(entry === "client.js" ? ["hono/client"] : ["jose"]));
    }
    const { dependencies, peerDependencies, exports, version } = JSON.parse(
      readFileSync(join(gatehouse, "package.json"), "utf8"),
    );
    expect(version).toBe(packageJson.version);
    expect([Object.keys(dependencies), Object.keys(peerDependencies)]).toEqual([["jose"], ["hono"]]);
    // The checkout itself exports the same files.
    for (const entry of ["./client", "./verify"] as const) {
      for (const kind of ["types", "import"] as const) {
        const path = exports[entry][kind];
        expect(existsSync(join(gatehouse, path))).toBe(true);
        expect(packageJson.exports[entry][kind]).toBe(path.replace("./", "./dist/"));
      }
    }
  });

  test.each([
    [
      "in a Worker, bundled",
      {
        module: "esnext",
        moduleResolution: "bundler",
        lib: ["es2024"],
        types: ["@cloudflare/workers-types", "node"],
        skipLibCheck: true,
      },
    ],
    [
      "in Node",
      {
        module: "nodenext",
        lib: ["es2024"],
        types: ["@cloudflare/workers-types", "node"],
        skipLibCheck: true,
      },
    ],
  ])("the examples and the documents' code type-check %s", { timeout: 60_000 }, async (_, options) => {
    expect(await typeCheck(options)).toBe("");
  });

  test("its own declarations hold where they are checked too, with a browser's types", {
    timeout: 60_000,
  }, async () => {
    const lib = ["es2024", "dom", "dom.iterable"];
    const said = await typeCheck({ module: "esnext", moduleResolution: "bundler", lib, types: [] });
    expect(said.split("\n").filter((line) => line.includes("node_modules/gatehouse"))).toEqual([]);
  });

  test("a wrong field, permission or status is an error", {
    timeout: 60_000,
  }, async () => {
    const wrong = join(consumer, "src", "wrong.ts");
    writeFileSync(
      wrong,
      `import { createClient } from "gatehouse/client";
import { requireAuth } from "gatehouse/verify";
const api = createClient("https://auth.example.com");
await api.signin.$post({ json: { email: "a@example.com" } });
await api.nowhere.$get();
const answer = await api.me.$get();
const body = await answer.json();
body.email;
requireAuth({ issuer: "x", audience: "x", permission: "website:fly" });
requireAuth({ audience: "x" });
`,
    );
    const said = await typeCheck({
      module: "esnext",
      moduleResolution: "bundler",
      lib: ["es2024"],
      types: ["@cloudflare/workers-types", "node"],
      skipLibCheck: true,
    });
    rmSync(wrong);
    const lines = [...said.matchAll(/wrong\.ts\((\d+),/g)].map(([, line]) => Number(line));
    expect([...new Set(lines)]).toEqual([4, 5, 8, 9, 10]);
    expect(
      said
        .replace(/^ .*\n/gm, "")
        .split("\n")
        .filter((line) => line && !line.includes("wrong.ts")),
    ).toEqual([]);
  });

  test("the client's page of code runs against the service", { timeout: 60_000 }, async () => {
    const { stdout } = await run(process.execPath, ["src/client/journey.ts"], { cwd: consumer, env });
    expect(
      stdout
        .replace(/-[\da-f]{8}@/g, "@")
        .trim()
        .split("\n"),
    ).toEqual([
      "ann@example.com is owner of Acme",
      "bea@example.com is invited as member",
      "member: ann@example.com, owner",
      "member: bea@example.com, member",
      "may Bea website:read? true",
      "may Bea member:remove? false",
      "Bea removes Ann: 403 permission_missing",
    ]);
  });
});
