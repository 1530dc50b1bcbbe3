// npm run postman: writes postman/ anew, the collection and the environment of `npm run dev`, from the routes as they stand in
// src/ at this moment and the journey in scripts/postman/. With --record it first walks the journey through a service
// of its own, and makes the document's examples of what was sent and answered.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { OpenApi } from "./openapi/document.ts";
import { makeDocument, writeDocument } from "./openapi.ts";
import { collectionOf, environment } from "./postman/collection.ts";
import { journey } from "./postman/journey.ts";

const root = join(import.meta.dirname, "..");
const text = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** File → text. */
export const postmanFiles = (document: OpenApi): Record<string, string> => ({
  "postman/gatehouse.postman_collection.json": text(collectionOf(document, journey)),
  "postman/local.postman_environment.json": text(environment),
});

function write(path: string, content: string): void {
  const file = join(root, path);
  writeFileSync(file, content);
  console.log(`Written: ${file}`);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { record: { type: "boolean" } } });
  if (values.record) {
    const { record } = await import("./postman/record.ts");
    write("openapi/examples.json", text(await record()));
    await writeDocument();
  }
  for (const [path, content] of Object.entries(postmanFiles(await makeDocument()))) write(path, content);
}
