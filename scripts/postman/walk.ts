// The collection, run by newman against a running stack.
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import newman, { type NewmanRunSummary } from "newman";
import type { OwnStack } from "../../local/own-stack.ts";

export type Operator = { admin_email: string; admin_password: string };

/**
 * `folders`: those alone. Errors: of the run itself. What the requests' tests found is in the summary.
 */
export function walk(
  collection: object,
  { api, inbox }: { api: string; inbox: string },
  operator?: Operator,
  folders: string[] = [],
): Promise<NewmanRunSummary> {
  const values = { baseUrl: api, inbox, ...operator };
  return new Promise((resolve, reject) => {
    newman.run(
      {
        collection,
        reporters: [],
        ...(folders.length > 0 && { folder: folders }),
        envVar: Object.entries(values).map(([key, value]) => ({ key, value })),
      },
      (error, summary) => (error ? reject(error) : resolve(summary)),
    );
  });
}

/** In a sentence each. */
export const failuresOf = ({ run }: NewmanRunSummary): string[] =>
  run.failures.map(
    ({ source, error }) => `${source?.name}: ${error.name} ${error.test ?? ""} ${error.message}`,
  );

/** A person with a confirmed address, made a platform admin as people do it: on the command line. */
export async function makeOperator(stack: OwnStack): Promise<Operator> {
  const mark = randomUUID().slice(0, 8);
  const admin = { email: `operator-${mark}@example.com`, password: `the operator keeps cats ${mark}` };
  await post(`${stack.api}/signup`, { ...admin, organization_name: "Operations", profile: { name: "Olga" } });
  await post(`${stack.api}/verify-email`, { token: await mailedToken(stack, admin.email) });
  const script = join(import.meta.dirname, "../admin.ts");
  const env = { ...process.env, GATEHOUSE_STATE_FOLDER: stack.stateFolder };
  await promisify(execFile)(process.execPath, [script, "grant", admin.email], { env });
  return { admin_email: admin.email, admin_password: admin.password };
}

async function post(url: string, body: object): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`);
}

async function mailedToken({ inbox }: OwnStack, to: string): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const { data } = (await (await fetch(`${inbox}/inbox.json?to=${to}`)).json()) as {
      data: { text: string }[];
    };
    const token = data[0]?.text.match(/token=([\w.-]+)/)?.[1];
    if (token) return token;
    await sleep(100);
  }
  throw new Error(`no mail came to ${to}`);
}
