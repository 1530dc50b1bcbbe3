// What the suites get for "vitest" here: the same words, but their tests are kept, to be run one by one and again.
import { vi } from "vitest";

export { expect, inject, vi } from "vitest";

type Work = (...args: never[]) => unknown;
type Block = {
  parent: Block | null;
  name: string;
  before: Work[];
  beforeEach: Work[];
  afterEach: Work[];
  ready?: Promise<void>;
};
export type Collected = { file: string; name: string; run: () => Promise<void> };

export const collected: Collected[] = [];
let file = "";
let block: Block = newBlock(null, "");

function newBlock(parent: Block | null, name: string): Block {
  return { parent, name, before: [], beforeEach: [], afterEach: [] };
}

/** Collects the tests of one suite. */
export async function collect(name: string, load: () => Promise<unknown>): Promise<void> {
  file = name;
  block = newBlock(null, "");
  await load();
}

const outwards = (inner: Block): Block[] => (inner.parent ? [inner, ...outwards(inner.parent)] : [inner]);
const titled = (name: string, row: unknown[]) =>
  name.replace(/%[sidoj]|\$\w+/g, () => String(row.shift() ?? ""));
/** As Vitest does: rows are spread if all of them are lists. */
const rowsOf = (table: readonly unknown[]): unknown[][] =>
  table.map((row) => (table.every(Array.isArray) ? (row as unknown[]) : [row]));

function add(name: string, work: Work): void {
  const blocks = outwards(block).reverse();
  const names = [...blocks.map((one) => one.name), name].filter((part) => part !== "");
  collected.push({ file, name: names.join(" › "), run: () => runIn(blocks, work) });
}

/** One test with everything around it; what is prepared for all tests of a block is prepared once. */
async function runIn(blocks: Block[], work: Work): Promise<void> {
  for (const one of blocks) {
    one.ready ??= inOrder(one.before);
    await one.ready;
  }
  try {
    for (const one of blocks) await inOrder(one.beforeEach);
    await work();
  } finally {
    for (const one of [...blocks].reverse()) await inOrder(one.afterEach);
    vi.useRealTimers();
    vi.restoreAllMocks();
  }
}

async function inOrder(works: Work[]): Promise<void> {
  for (const work of works) await work();
}

export const test = Object.assign((name: string, work: Work) => add(name, work), {
  each: (table: readonly unknown[]) => (name: string, work: Work) => {
    for (const row of rowsOf(table)) add(titled(name, [...row]), () => work(...(row as never[])));
  },
});

export function describe(name: string, define: () => void): void {
  block = newBlock(block, name);
  define();
  block = block.parent as Block;
}
describe.each = (table: readonly unknown[]) => (name: string, define: Work) => {
  for (const row of rowsOf(table)) describe(titled(name, [...row]), () => void define(...(row as never[])));
};

export const beforeAll = (work: Work) => void block.before.push(work);
export const beforeEach = (work: Work) => void block.beforeEach.push(work);
export const afterEach = (work: Work) => void block.afterEach.push(work);
export const afterAll = (): void => {};
