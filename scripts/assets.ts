// Makes public/, the files that are deployed beside the Worker. Wrangler calls it before it bundles; local runs and tests
// call it too, several at once perhaps: a file appears whole, or not at all.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");

export function makeAssets(): void {
  const document = JSON.parse(readFileSync(join(root, "openapi/openapi.json"), "utf8"));
  put("openapi.json", JSON.stringify(document));
}

function put(path: string, content: string | Uint8Array): void {
  const target = join(root, "public", path);
  mkdirSync(dirname(target), { recursive: true });
  const draft = `${target}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, target);
}

if (import.meta.main) makeAssets();
