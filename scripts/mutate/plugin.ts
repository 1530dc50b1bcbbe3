// Vite plugin: the sources with their mutants in them, and the suites handed to our own collector
// (test/mutants/collect.ts), which can run one test again for every mutant.
import { join, relative } from "node:path";
import { instrument } from "./instrument.ts";
import type { Mutant } from "./mutant.ts";
import { mutatedFiles, sourceFolder } from "./mutants.ts";

const collector = join(import.meta.dirname, "../../test/mutants/collect.ts");
const suite = /\/test\/(?!mutants\/)[\w/-]+\.test\.ts$/;

export function mutants(all: Mutant[]) {
  return {
    name: "gatehouse:mutants",
    enforce: "pre" as const,
    resolveId(id: string, importer: string | undefined) {
      return id === "vitest" && importer && suite.test(importer.split("?")[0] ?? "") ? collector : null;
    },
    transform(code: string, id: string) {
      const file = relative(sourceFolder, id.split("?")[0] ?? "").replaceAll("\\", "/");
      // The app is put together again from routes that changed.
      if (!mutatedFiles.includes(file) && file !== "app.ts") return null;
      return {
        code: instrument(
          code,
          all.filter((mutant) => mutant.file === file),
        ),
        map: null,
      };
    },
  };
}
