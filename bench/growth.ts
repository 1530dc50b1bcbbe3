// What a big organization costs: single requests in organizations of more and more members, as ratios to the first.
import { send } from "./client.ts";
import type { Crowd } from "./crowds.ts";
import { mediansMs } from "./latency.ts";
import { head, row } from "./table.ts";

export async function growthTable(url: string, crowds: Crowd[], count: number): Promise<void> {
  const endpoints: [string, (crowd: Crowd) => Promise<unknown>][] = [
    // As many as the smallest has, so that all answer with the same amount.
    [
      "list members (10 of them)",
      ({ owner }) =>
        send(url, "GET", `/organizations/${owner.org_id}/members?limit=10`, undefined, owner.token),
    ],
    [
      "POST /permissions/check",
      ({ owner: { org_id, token } }) =>
        send(url, "POST", "/permissions/check", { org_id, permission: "member:remove" }, token),
    ],
  ];
  head(
    "time of one request, by the organization's members (goal: at most 1.5)",
    ...crowds.map(({ members }) => members.toLocaleString("en")),
  );
  for (const [name, ask] of endpoints) {
    const medians = await mediansMs(
      count,
      crowds.map((crowd) => () => ask(crowd)),
    );
    const [first = Number.NaN] = medians;
    row(name, ...medians.map((ms) => `${ms.toFixed(1)} ms (${(ms / first).toFixed(2)})`));
  }
}
