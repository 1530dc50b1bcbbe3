// All mutants of the sources under test: those that the rules make, and the listed faults. Numbered in one order, so that
// whoever writes them into the sources and whoever wakes them mean the same ones.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Fault, faults } from "./faults.ts";
import type { Kind, Mutant } from "./mutant.ts";
import { changesOf } from "./operators.ts";
import { childrenOf, isFunction, type Node, treeOf } from "./tree.ts";

export const sourceFolder = join(import.meta.dirname, "../../src");
const folders = ["access", "crypto", "sessions", "verify"];
/** Data, types, and what the OpenAPI document says of answers: no request runs them. */
const still = [
  "crypto/common-passwords.ts",
  "sessions/answers.ts",
  "verify/index.ts",
  "verify/live-check.ts",
];

/** The sources with mutants, below `src/`. */
export const mutatedFiles: string[] = [
  "db/tenant.ts",
  ...folders.flatMap((folder) => readdirSync(join(sourceFolder, folder)).map((name) => `${folder}/${name}`)),
]
  .filter((file) => !still.includes(file))
  .sort();

/** `every`: with those that the rules make. */
export function findMutants({ every }: { every: boolean }): Mutant[] {
  const found = mutatedFiles.flatMap((file) => {
    const text = readFileSync(join(sourceFolder, file), "utf8");
    const tree = treeOf(text);
    const listed = faults.filter((fault) => fault.file === file).map((fault) => planted(fault, tree, text));
    const made = every
      ? changesOf(tree, text).map(({ node: { start, end }, ...change }) => ({ file, start, end, ...change }))
      : [];
    return [...listed, ...made].map((mutant) => ({
      ...mutant,
      line: text.slice(0, mutant.start).split("\n").length,
      original: text.slice(mutant.start, mutant.end),
    }));
  });
  return found.map((mutant, id) => ({ id, ...mutant }));
}

const statements = new Set(["ExpressionStatement", "ThrowStatement", "ReturnStatement", "IfStatement"]);
const expressions =
  /^(Call|New|Binary|Logical|Conditional|Unary|Await|Chain|Member|Array|Object|TaggedTemplate)Expression$|Literal$/;

/** The smallest statement or expression with the fault's text in it, and the same with the fault. */
function planted({ file, find, replace, means }: Fault, tree: Node, text: string) {
  const from = text.indexOf(find);
  if (from === -1 || text.includes(find, from + 1)) {
    throw new Error(`a listed fault has to be at one place of src/${file}: ${find}`);
  }
  const to = from + find.length;
  let place: { node: Node; isStatic: boolean } | undefined;
  const look = (node: Node, isStatic: boolean): void => {
    if (node.start > from || node.end < to) return;
    if (statements.has(node.type) || expressions.test(node.type)) place = { node, isStatic };
    const inside = node.type === "TaggedTemplateExpression" ? node.quasi.expressions : childrenOf(node);
    for (const child of inside) look(child, isStatic && !isFunction(node));
  };
  look(tree, true);
  if (!place) throw new Error(`a listed fault is in no statement of src/${file}: ${find}`);
  const { start, end, type } = place.node;
  const kind: Kind = statements.has(type) ? "statement" : "expression";
  const replacement = text.slice(start, from) + replace + text.slice(to, end);
  return { file, start, end, kind, replacement, isStatic: place.isStatic, fault: means };
}
