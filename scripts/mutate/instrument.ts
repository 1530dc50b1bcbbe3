// A source with all of its mutants in it, asleep: `__mutants.on(17)` asks whether number 17 is the one that is awake. What a
// module computes when it is loaded it computes again whenever another mutant wakes up, so that neither constants
// nor caches hide one.
import type { Mutant } from "./mutant.ts";
import { type Node, treeOf } from "./tree.ts";

type Place = { start: number; end: number; kind: Mutant["kind"]; mutants: Mutant[] };

const outermost: Mutant["kind"][] = ["statement", "element", "property", "body", "expression"];

export function instrument(text: string, mutants: Mutant[]): string {
  const places = placesOf(mutants);
  const render = rendererOf(text, places);
  let written = "";
  let again = "";
  let at = 0;
  for (const statement of treeOf(text).body as Node[]) {
    const inner = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (inner?.type === "VariableDeclaration") {
      written += `${render(at, inner.start)}let ${render(inner.declarations[0].start, inner.end)}`;
      for (const { id, init } of inner.declarations as Node[]) {
        const isMutated = places.some((one) => init && one.start >= init.start && one.end <= init.end);
        if (id.type !== "Identifier" || /Function/.test(init?.type ?? "")) continue;
        if (/Literal/.test(init?.type ?? "") && !isMutated) continue;
        again += `${id.name} = ${init ? render(init.start, init.end) : "undefined"};\n`;
      }
    } else {
      written += render(at, statement.end);
      if (statement.type === "ExpressionStatement") again += `${render(statement.start, statement.end)}\n`;
    }
    at = statement.end;
  }
  return `${written}${render(at, text.length)}\n__mutants.renew.push(() => {\n${again}});\n`;
}

function placesOf(mutants: Mutant[]): Place[] {
  const places = new Map<string, Place>();
  for (const mutant of mutants) {
    const { start, end, kind } = mutant;
    const key = `${start} ${end} ${kind}`;
    const place = places.get(key) ?? { start, end, kind, mutants: [] };
    place.mutants.push(mutant);
    places.set(key, place);
  }
  return [...places.values()].sort(
    (a, b) => a.start - b.start || b.end - a.end || outermost.indexOf(a.kind) - outermost.indexOf(b.kind),
  );
}

/** Renders a stretch of the text; `skip`: how many places are already being rendered around it. */
function rendererOf(text: string, places: Place[]) {
  return function render(from: number, to: number, skip = 0): string {
    let rendered = "";
    let at = from;
    for (let i = skip; i < places.length; i += 1) {
      const place = places[i] as Place;
      if (place.start < at || place.end > to) continue;
      rendered += text.slice(at, place.start) + wrapped(place, render(place.start, place.end, i + 1));
      at = place.end;
    }
    return rendered + text.slice(at, to);
  };
}

function wrapped({ kind, mutants }: Place, original: string): string {
  const asked = mutants.map(({ id }) => `__mutants.on(${id})`).join(" || ");
  if (kind === "statement") {
    return mutants.reduce(
      (rest, m) => `if (__mutants.on(${m.id})) { ${m.replacement} } else { ${rest} }`,
      original,
    );
  }
  if (kind === "element") return `...(${asked} ? [] : [${original}])`;
  if (kind === "property") return `...(${asked} ? {} : { ${original} })`;
  if (kind === "body") return `{ if (${asked}) return; ${original.slice(1)}`;
  return mutants.reduce(
    (rest, m) => `(__mutants.on(${m.id}) ? (${m.replacement}) : ${rest})`,
    `(${original})`,
  );
}
