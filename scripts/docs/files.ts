// The files of /docs: Swagger UI, what starts it, our style on top of its own, and its licenses. Each name holds a hash
// of the content, so that a cache may keep it for ever.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { palette } from "../../src/pages/style.ts";

const library = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
const ofLibrary = (name: string) => readFileSync(join(library, name), "utf8");
const own = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");

const sources = {
  library: ["swagger-ui", "js", () => ofLibrary("swagger-ui-bundle.js")],
  libraryStyle: ["swagger-ui", "css", () => ofLibrary("swagger-ui.css")],
  script: ["reference", "js", () => own("reference.js")],
  style: ["reference", "css", () => palette + own("reference.css")],
  licenses: ["licenses", "txt", licenses],
} as const satisfies Record<string, readonly [name: string, ending: string, read: () => string]>;

type Names = Record<keyof typeof sources, string>;

/** `names`: for the page, by what they are. `contents`: by name. */
export function docsFiles(): { names: Names; contents: Map<string, string> } {
  const contents = new Map<string, string>();
  const named = Object.entries(sources).map(([what, [name, ending, read]]) => {
    const content = read();
    const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
    const file = `${name}.${hash}.${ending}`;
    contents.set(file, content);
    return [what, file];
  });
  return { names: Object.fromEntries(named) as Names, contents };
}

/** What Apache 2.0 (4) and the licenses of what is bundled with it ask to be passed on. */
function licenses(): string {
  const { version } = JSON.parse(ofLibrary("package.json")) as { version: string };
  return [
    `The API reference is shown by Swagger UI ${version}, unchanged (https://github.com/swagger-api/swagger-ui).`,
    ...["NOTICE", "LICENSE", "swagger-ui-bundle.js.LICENSE.txt"].map((name) => ofLibrary(name).trim()),
  ].join("\n\n");
}
