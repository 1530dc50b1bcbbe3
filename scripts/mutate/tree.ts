// A source as a tree of nodes (ESTree with types): parsed by Vite's own parser, walked without what is only a type.
import { parseAst } from "vitest/node";

// biome-ignore lint/suspicious/noExplicitAny: the fields of a node depend on its type
export type Node = { type: string; start: number; end: number } & Record<string, any>;

export const treeOf = (text: string): Node => parseAst(text, { lang: "ts" }) as unknown as Node;

const transparent = new Set(["TSAsExpression", "TSNonNullExpression", "TSSatisfiesExpression"]);
const typeFields = new Set(["typeAnnotation", "returnType", "typeParameters", "typeArguments", "implements"]);

/** The nodes right below a node that are there when the program runs. */
export function childrenOf(node: Node): Node[] {
  const isNode = (value: unknown): value is Node =>
    typeof value === "object" && value !== null && typeof (value as Node).type === "string";
  return Object.entries(node)
    .filter(([field]) => !typeFields.has(field))
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .filter(isNode)
    .filter(({ type }) => !type.startsWith("TS") || transparent.has(type));
}

export const isFunction = ({ type }: Node): boolean =>
  ["ArrowFunctionExpression", "FunctionExpression", "FunctionDeclaration"].includes(type);
