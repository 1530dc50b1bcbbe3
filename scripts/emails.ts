// npm run emails: all mails with sample data, to look at while changing their templates. With --out they become files.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { whenNpmIsGone } from "../local/launcher.ts";
import { serve } from "../local/loopback-server.ts";
import { freePort } from "../local/ports.ts";
import { gallery } from "./emails/gallery.ts";
import { renderSamples } from "./emails/renderer.ts";

const USUAL_PORT = 8790;
const USAGE = `Usage: npm run emails [-- options]

Shows every mail in light, dark and on a phone, with its text part. Reload after a change.

  --out DIR    write NAME.html and NAME.txt into DIR instead
  --port N     the port (${USUAL_PORT} or any free one, unless given)
  --help       this text`;

/** A file's name for each sample: "invitation-website.html". Returns the names. */
export async function writeMails(folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  return (await renderSamples()).map(({ name, mail }) => {
    const file = name.replace(/\W+/g, "-");
    writeFileSync(join(folder, `${file}.html`), mail.html);
    writeFileSync(join(folder, `${file}.txt`), `Subject: ${mail.subject}\n\n${mail.text}`);
    return file;
  });
}

if (import.meta.main) {
  const options = { out: { type: "string" }, port: { type: "string" }, help: { type: "boolean" } } as const;
  try {
    const { out, port, help } = parseArgs({ options }).values;
    if (help) console.log(USAGE);
    else if (out) console.log(`Wrote ${(await writeMails(out)).length} mails to ${out}.`);
    else {
      const { url } = await serve(gallery().fetch, port ? Number(port) : await freePort(USUAL_PORT));
      console.log(`Mails: ${url} (Ctrl-C stops it)`);
      whenNpmIsGone(() => process.exit());
    }
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exitCode = 1;
  }
}
