// Vitest's global set-up, after the stack's: endpoints that speak to the Worker as a database does that is away.
// `/<fault>/<good calls>/<name>`: lets so many calls under this name through to the real endpoint, and then fails.
import type { TestProject } from "vitest/node";
import { lostOnTheWay, lostOnTheWayBack, passes, startFaultProxy } from "../../local/fault-proxy.ts";

declare module "vitest" {
  interface ProvidedContext {
    brokenNeonUrl: string;
    faultNames: string[];
  }
}

const faults = { ...lostOnTheWay, ...lostOnTheWayBack };

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const calls = new Map<string, number>();
  const { url, close } = await startFaultProxy({
    target: project.getProvidedContext().neonSqlUrl,
    pick: ({ path }) => {
      const [, fault = "", goodCalls, name = ""] = path.split("/");
      const count = (calls.get(name) ?? 0) + 1;
      calls.set(name, count);
      const fails = faults[fault];
      if (!fails) throw new Error(`there is no fault ${fault}`);
      return count > Number(goodCalls) ? fails : passes;
    },
  });
  project.provide("faultNames", Object.keys(faults));
  project.provide("brokenNeonUrl", url);
  return close;
}
