// The table of what was walked.
import { row } from "../table.ts";
import type { Case } from "./case.ts";
import { planModes, type Read } from "./measure.ts";
import type { Batch } from "./recorder.ts";

/** Of both ways to plan the worse figure; statements as planned for their values. */
export function reportCase({ route, name }: Case, batches: Batch[]): void {
  const worst = (value: (read: Read) => number) =>
    Math.max(...planModes.map((mode) => sum(batches.flatMap((batch) => batch[mode]).map(value))));
  const effects = batches.flatMap(({ custom }) => custom).filter(({ isGuard }) => !isGuard);
  const told = effects.map((read) => `${read.name} ${read.rows}: ${read.error ?? read.indexes.join(" ")}`);
  row(
    route,
    name,
    worst((read) => read.rows).toString(),
    worst((read) => read.pages).toString(),
    worst((read) => read.ms).toFixed(1),
    told.join("; ") || "no trip, or the guard's alone",
  );
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
