// Figures as the tables tell them.
import type { Times } from "./timing.ts";

export const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0);
export const told = ({ median, p95 }: Times) => `${ms(median)} / ${ms(p95)}`;

export function factor(value: number, base = Number.NaN): string {
  const times = value / base;
  return `${times.toFixed(times < 10 ? 2 : 0)} ×`;
}

export const verdict = (faults: string[]) =>
  faults.length === 0 ? "kept" : `**missed**: ${faults.join("; ")}`;
