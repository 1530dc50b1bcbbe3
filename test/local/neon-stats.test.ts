import { expect, inject, test } from "vitest";
import { startNeon } from "../../local/neon.ts";

async function endpoint() {
  const { hostname, port } = new URL(inject("ownerUrl"));
  const neon = await startNeon({ postgres: { host: hostname, port: Number(port) } });
  const call = (parameters: string, body: object) =>
    fetch(neon.sqlUrl, {
      method: "POST",
      headers: { "Neon-Connection-String": inject("ownerUrl") + parameters, "Neon-Raw-Text-Output": "true" },
      body: JSON.stringify(body),
    });
  const stats = async () => (await fetch(`${neon.url}/stats`)).json();
  return { neon, call, stats };
}
const single = { query: "select 1" };
const batch = { queries: [single, single, single] };

test("every call is one request, a background call is counted apart", async () => {
  const { neon, call, stats } = await endpoint();
  expect(await stats()).toEqual({ requests: 0, statements: 0, background: 0 });
  await call("", single);
  await call("?sslmode=require", batch);
  await call("?application_name=gatehouse-background", batch);
  await call("?application_name=something-else", single);
  expect(await stats()).toEqual({ requests: 3, statements: 5, background: 1 });
  expect(neon.stats()).toEqual(await stats());
  await neon.close();
});

test("a delay plays a database that is far away", async () => {
  const { neon, call } = await endpoint();
  await call("", single);
  neon.delayMs = 80;
  const started = performance.now();
  expect((await call("", single)).status).toBe(200);
  expect(performance.now() - started).toBeGreaterThan(75);
  await neon.close();
});
