// npm run bench: the figures that the README names, in one run on a throw-away stack; npm run bench -- stats: those of the
// statistics.
import { benchService } from "./service.ts";
import { benchStatistics } from "./stats/bench.ts";

const parts: Record<string, () => Promise<void>> = { "": benchService, stats: benchStatistics };
const bench = parts[process.argv[2] ?? ""];
if (bench) await bench();
else {
  console.error(
    `bench: there is no part "${process.argv[2]}"; say "stats", or nothing for the service itself.`,
  );
  process.exitCode = 2;
}
