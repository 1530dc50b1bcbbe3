// npm run chaos -- --minutes N --seed S --companies C: a long run, with its figures. Exit code 1: something was wrong.
import { parseArgs } from "node:util";
import { runChaos } from "./chaos.ts";

const number = { type: "string" } as const;
const { values } = parseArgs({ options: { minutes: number, seed: number, companies: number } });
const asked = (text: string | undefined, otherwise: number) => {
  const value = Number(text ?? otherwise);
  if (!(value > 0)) throw new Error(`${text} is not a number above 0`);
  return value;
};
const options = {
  seed: asked(values.seed, Date.now() % 1_000_000),
  seconds: asked(values.minutes, 2) * 60,
  companies: asked(values.companies, 12),
};
console.log(`seed ${options.seed}, ${options.seconds} s, ${options.companies} organizations at a time`);

const { figures, database, provider, noticed: _, ...rest } = await runChaos(options);
const times = figures.times.sort((a, b) => a - b);
const percentile = (share: number) => Math.round(times[Math.floor((times.length - 1) * share)] ?? 0);
const total = (counts: Map<string, number>) => [...counts.values()].reduce((sum, n) => sum + n, 0);
console.log({
  requests: figures.requests,
  repeats: figures.repeats,
  "clients that hung up": figures.hungUp,
  "lost by wrangler dev": figures.devServer,
  "answers, ms": { p50: percentile(0.5), p99: percentile(0.99), slowest: percentile(1) },
  answers: Object.fromEntries([...figures.statuses].sort()),
  [`faults of the database, ${total(database)}`]: Object.fromEntries(database),
  [`faults of the mail provider, ${total(provider)}`]: Object.fromEntries(provider),
  ...rest,
});
for (const line of figures.wrong) console.error(`WRONG: ${line}`);
console.log(figures.wrong.length === 0 ? "Nothing was wrong." : `${figures.wrong.length} things were wrong.`);
process.exit(figures.wrong.length === 0 ? 0 : 1);
