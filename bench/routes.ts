// The app's own list of routes. Node cannot read JSX, so the app is bundled first, behind an entry that exports it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, wrangle } from "./worker.ts";

/** `GET /me` and so on: what the app answers, middleware aside. */
export async function routesOfApp(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-routes-"));
  try {
    const app = JSON.stringify(join(root, "src/app.ts"));
    const entry = `import { app } from ${app};\nexport default { fetch: app.fetch, routes: app.routes };\n`;
    writeFileSync(join(folder, "entry.ts"), entry);
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const config = join(root, "wrangler.toml");
    wrangle([
      "deploy",
      join(folder, "entry.ts"),
      "--config",
      config,
      "--dry-run",
      "--outdir",
      join(folder, "out"),
    ]);
    const bundled = await import(pathToFileURL(join(folder, "out/entry.js")).href);
    const routes = bundled.default.routes as { method: string; path: string }[];
    const named = routes.filter(({ method }) => method !== "ALL").map((r) => `${r.method} ${r.path}`);
    return [...new Set(named)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
