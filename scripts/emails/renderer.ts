// The templates as they stand in src/ at this moment: Node reads no JSX, so they are bundled first, in memory.
import { join } from "node:path";
import { build } from "esbuild";
import type { Mail, renderMail } from "../../src/emails/render.tsx";
import { type Sample, samples, sender } from "./samples.ts";

export type Rendered = Sample & { mail: Mail };

/** Every sample with its mail. Errors: esbuild's, with the place in the file. */
export async function renderSamples(): Promise<Rendered[]> {
  const render = await loadRenderer();
  return Promise.all(
    samples.map(async (sample) => {
      const mail = await render(sender, sample.template, sample.params);
      if (!mail) throw new Error(`There is no template ${sample.template}.`);
      return { ...sample, mail };
    }),
  );
}

async function loadRenderer(): Promise<typeof renderMail> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "../../src/emails/render.tsx")],
    bundle: true,
    write: false,
    format: "esm",
    target: "node24",
    logLevel: "silent",
  });
  const source = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  const module = await import(`data:text/javascript;base64,${source}`);
  return module.renderMail;
}
