// npm run openapi: writes openapi/openapi.json anew, from the routes as they stand in src/ at this moment.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import type { openApiOf } from "./openapi/document.ts";
import type { Examples } from "./openapi/examples.ts";

const root = join(import.meta.dirname, "..");
const documentFile = join(root, "openapi/openapi.json");
const examplesFile = join(root, "openapi/examples.json");

/** The document of the app as it is now, with these examples: those that are kept, unless given. Node reads no JSX, so the app is bundled first, in memory. */
export async function makeDocument(
  examples: Examples = readExamples(),
): Promise<ReturnType<typeof openApiOf>> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { app } from "./src/app.ts";
        import { openApiOf } from "./scripts/openapi/document.ts";
        export const make = (examples) => openApiOf(app.routes, examples);`,
      resolveDir: root,
      loader: "ts",
    },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node24",
    logLevel: "silent",
  });
  const source = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  const { make } = await import(`data:text/javascript;base64,${source}`);
  return make(examples);
}

const readExamples = (): Examples => JSON.parse(readFileSync(examplesFile, "utf8"));

/** Writes the document's file. */
export async function writeDocument(): Promise<void> {
  writeFileSync(documentFile, `${JSON.stringify(await makeDocument(), null, 2)}\n`);
  console.log(`Written: ${documentFile}`);
}

if (import.meta.main) await writeDocument();
