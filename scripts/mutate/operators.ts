// What may be wrong with a piece of code, by simple rules: a comparison the other way round, a guard or a setting left
// out, another number. Texts for people are let be: error messages, and what routes say of themselves.
import type { Kind } from "./mutant.ts";
import { childrenOf, isFunction, type Node } from "./tree.ts";

export type Change = { node: Node; kind: Kind; replacement: string; isStatic: boolean };

const comparisons: Record<string, string[]> = {
  "===": ["!=="],
  "!==": ["==="],
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
};
const logical: Record<string, string> = { "&&": "||", "||": "&&" };
const assignments: Record<string, string> = { "-=": "+=", "+=": "-=" };
/** Methods whose result is not the same thing without them. */
const removable = new Set(
  "normalize toLowerCase toUpperCase trimEnd slice min optional replace test includes".split(" "),
);
const swapped: Record<string, string> = { some: "every", every: "some", min: "max", max: "min" };
const texts = new Set(["Error", "TypeError", "ConfigError", "UnfitAnswer"]);
const documenting = new Set(["describe", "meta", "says", "super"]);

/** Every change that the rules know for this source. */
export function changesOf(tree: Node, text: string): Change[] {
  const found: Change[] = [];
  const source = ({ start, end }: Node) => text.slice(start, end);
  const nameOf = (callee: Node): string => callee.property?.name ?? callee.name ?? callee.type.toLowerCase();

  function visit(node: Node, isStatic: boolean): void {
    if (node.type === "ImportDeclaration" || node.type.startsWith("TSType")) return;
    if (isText(node)) return;
    const change = (replacement: string, kind: Kind = "expression", at = node) =>
      found.push({ node: at, kind, replacement, isStatic });
    rules[node.type]?.(node, change);
    const inside = isStatic && !isFunction(node) && node.type !== "PropertyDefinition";
    for (const child of fieldsOf(node)) visit(child, inside);
  }

  /** Neither keys nor patterns nor the names of imports are changed. */
  function fieldsOf(node: Node): Node[] {
    const skipped =
      ["Property", "PropertyDefinition", "MethodDefinition"].includes(node.type) && !node.computed;
    const tagged = node.type === "TaggedTemplateExpression";
    if (tagged) return node.quasi.expressions;
    return childrenOf(node).filter((child) => !(skipped && child === node.key));
  }

  const isText = (node: Node) =>
    (node.type === "NewExpression" && texts.has(nameOf(node.callee))) ||
    (node.type === "CallExpression" && documenting.has(nameOf(node.callee)));

  type Rule = (node: Node, change: (replacement: string, kind?: Kind, at?: Node) => void) => void;
  const rules: Record<string, Rule> = {
    BinaryExpression(node, change) {
      const { left, operator, right } = node;
      for (const other of comparisons[operator] ?? []) change(`${source(left)} ${other} ${source(right)}`);
      if (operator === "instanceof") change(`!(${source(node)})`);
    },
    LogicalExpression({ left, operator, right }, change) {
      if (operator === "??") {
        change(source(left));
        change(source(right));
      } else change(`(${source(left)}) ${logical[operator]} (${source(right)})`);
    },
    UnaryExpression({ operator, argument }, change) {
      if (operator === "!") change(source(argument));
    },
    AssignmentExpression({ left, operator, right }, change) {
      const other = assignments[operator];
      if (other) change(`${source(left)} ${other} ${source(right)}`);
    },
    Literal(node, change) {
      const { value, regex } = node;
      if (regex) {
        if (regex.pattern.startsWith("^")) change(`/${regex.pattern.slice(1)}/${regex.flags}`);
        if (regex.pattern.endsWith("$")) change(`/${regex.pattern.slice(0, -1)}/${regex.flags}`);
        if (regex.flags.includes("i")) change(`/${regex.pattern}/${regex.flags.replace("i", "")}`);
      } else if (typeof value === "boolean") change(String(!value));
      else if (typeof value === "number") change(value === 0 ? "1" : String(value * 2));
      else if (typeof value === "string") change(value === "" ? '"mutant"' : '""');
    },
    TemplateLiteral(_node, change) {
      change('""');
    },
    TaggedTemplateExpression({ quasi }, change) {
      for (const value of quasi.expressions) change("null", "expression", value);
    },
    ConditionalExpression({ consequent, alternate }, change) {
      change(source(consequent));
      change(source(alternate));
    },
    IfStatement({ test }, change) {
      change("true", "expression", test);
      change("false", "expression", test);
    },
    ThrowStatement(_node, change) {
      change("", "statement");
    },
    ExpressionStatement(_node, change) {
      change("", "statement");
    },
    ArrayExpression({ elements }, change) {
      for (const element of elements) change("", "element", element);
    },
    ObjectExpression({ properties }, change) {
      for (const property of properties) change("", "property", property);
    },
    CallExpression(node, change) {
      const { callee, arguments: given } = node;
      if (callee.type !== "MemberExpression" || callee.computed) return;
      const name = callee.property.name;
      if (removable.has(name) && callee.object.name !== "Math") change(source(callee.object));
      if (name === "floor" && given[0]) change(source(given[0]));
      const other = swapped[name];
      if (other && (name === "some" || name === "every" || callee.object.name === "Math")) {
        change(`${source(callee.object)}.${other}(${given.map(source).join(", ")})`);
      }
      // A route without one of its handlers.
      if (["get", "post", "patch", "put", "delete"].includes(name) && given.length > 2) {
        for (const handler of given.slice(1, -1)) {
          if (!isText(handler)) change("(_c, next) => next()", "expression", handler);
        }
      }
    },
    FunctionDeclaration: emptied,
    ArrowFunctionExpression: emptied,
  };
  function emptied({ body }: Node, change: (replacement: string, kind?: Kind, at?: Node) => void): void {
    if (body.type === "BlockStatement") change("", "body", body);
  }

  visit(tree, true);
  return found;
}
