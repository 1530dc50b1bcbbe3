// What a far database costs: the time of single requests, when each call of the database takes longer by a distance.
import type { Stack } from "../local/stack.ts";
import { mailedToken, password, send } from "./client.ts";
import type { Crowd } from "./crowds.ts";
import { mediansMs, warmUp } from "./latency.ts";
import { head, row } from "./table.ts";

const distancesMs = [0, 25, 100];

export async function distanceTable(
  url: string,
  { neon, inbox }: Pick<Stack, "neon" | "inbox">,
  { owner }: Crowd,
  count: number,
): Promise<void> {
  const { token, org_id } = owner;
  await send(url, "POST", "/verify-email", { token: await mailedToken(inbox, owner.email) });
  let invited = 0;
  const newInvite = async () => {
    const json = { email: `distant-${++invited}@example.com`, role: "member", expires_in: 86_400 };
    await send(url, "POST", `/organizations/${org_id}/invites`, json, token);
    return json.email;
  };
  const links: string[] = [];
  for (let i = 0; i < distancesMs.length * (count + warmUp); i += 1) {
    links.push(await mailedToken(inbox, await newInvite(), "accept-invite"));
  }
  const { body } = await send(url, "GET", `/organizations/${org_id}/members?limit=2`, undefined, token);
  const other = `/organizations/${org_id}/members/${body.data[1].user_id}`;
  let changes = 0;
  const endpoints: [string, () => Promise<unknown>][] = [
    ["list members", () => send(url, "GET", `/organizations/${org_id}/members`, undefined, token)],
    [
      "change a role",
      () => send(url, "PATCH", other, { role: changes++ % 2 === 0 ? "admin" : "member" }, token),
    ],
    ["create organization", () => send(url, "POST", "/organizations", { name: "Bench" }, token)],
    ["create an invite", newInvite],
    [
      "accept an invite (new account)",
      () => send(url, "POST", "/accept-invite", { token: links.pop(), password }),
    ],
  ];
  const columns: number[][] = [];
  for (const distanceMs of distancesMs) {
    neon.delayMs = distanceMs;
    columns.push(
      await mediansMs(
        count,
        endpoints.map(([, request]) => request),
      ),
    );
  }
  neon.delayMs = 0;

  head("time of one request, database away", ...distancesMs.map((ms) => `${ms} ms`));
  for (const [i, [name]] of endpoints.entries()) {
    const cells = distancesMs.map((distanceMs, column) => {
      const ms = columns[column]?.[i] ?? Number.NaN;
      return `${ms.toFixed(1)} ms${distanceMs > 0 ? ` (${(ms / distanceMs).toFixed(2)} × the distance)` : ""}`;
    });
    row(name, ...cells);
  }
}
