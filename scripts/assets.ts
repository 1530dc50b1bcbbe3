// Makes public/, the files that are deployed beside the Worker. Wrangler calls it before it bundles; local runs and tests
// call it too, several at once perhaps: a file appears whole, or not at all.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorPages } from "./docs/error-pages.ts";
import { docsFiles } from "./docs/files.ts";

const root = join(import.meta.dirname, "..");

export function makeAssets(): void {
  const document = JSON.parse(readFileSync(join(root, "openapi/openapi.json"), "utf8"));
  put("openapi.json", JSON.stringify(document));
  for (const page of errorPages(document)) put(`errors/${page.code}.json`, JSON.stringify(page));

  const { names, contents } = docsFiles();
  for (const [name, content] of contents) put(`docs/${name}`, content);
  put("docs/files.json", JSON.stringify(names)); // After what it names.
  dropOld("docs", [...contents.keys()]);
}

function put(path: string, content: string | Uint8Array): void {
  const target = join(root, "public", path);
  // A file that is written anew restarts the Worker of a running `npm run dev`.
  if (existsSync(target) && readFileSync(target).equals(Buffer.from(content))) return;
  mkdirSync(dirname(target), { recursive: true });
  const draft = `${target}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, target);
}

/** Files of an earlier build, whose names nothing leads to any more. (Another process' drafts have another ending.) */
function dropOld(folder: string, current: string[]): void {
  for (const name of readdirSync(join(root, "public", folder))) {
    if (/\.(js|css|txt)$/.test(name) && !current.includes(name))
      rmSync(join(root, "public", folder, name), { force: true });
  }
}

if (import.meta.main) makeAssets();
