// What tests look for in the HTML part of a mail.
const empty = new Set(["meta", "br", "hr", "img", "!doctype"]);

const bare = (html: string) => html.replace(/<!--.*?-->/gs, "").replace(/<style>.*?<\/style>/gs, "");

export type Element = { tag: string; attributes: Record<string, string> };

/** Each element, in order. */
export function elementsOf(html: string): Element[] {
  return [...bare(html).matchAll(/<([a-z][a-z0-9]*)((?:\s[^\s=>]+(?:="[^"]*")?)*)\s*\/?>/g)].map(
    ([, tag = "", list = ""]) => ({
      tag,
      attributes: Object.fromEntries(
        [...list.matchAll(/([^\s=]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
      ),
    }),
  );
}

/** The tags that are not closed where they should be; and any `<` that begins no tag. */
export function unbalanced(html: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [whole, slash, name = ""] of bare(html).matchAll(/<(\/?)([!\w]*)[^<>]*>?/g)) {
    if (!name || !whole.endsWith(">")) wrong.push(whole);
    else if (empty.has(name)) continue;
    else if (!slash) open.push(name);
    else if (open.pop() !== name) wrong.push(whole);
  }
  return [...wrong, ...open];
}

/** What a reader sees. */
export const visibleText = (html: string): string =>
  bare(html)
    .replace(/<title>.*?<\/title>/gs, "")
    .replace(/<[^>]*>/g, " ")
    .replace(
      /&(lt|gt|quot|amp|#39);/g,
      (_, name) => ({ lt: "<", gt: ">", quot: '"', amp: "&", "#39": "'" })[name as string] ?? "",
    )
    .replace(/\s+/g, " ");

type Rule = { selector: string; property: string; value: string };

/** What the style sheet says for programs in dark mode. */
export function darkRules(html: string): Rule[] {
  const block = /@media \(prefers-color-scheme: dark\) \{(.*?)\n\}/s.exec(html)?.[1] ?? "";
  return [...block.matchAll(/([^{}]+)\{([^}]*)\}/g)].flatMap(([, selector = "", body = ""]) =>
    body.split(";").map((line) => {
      const [property = "", value = ""] = line.split(":").map((part) => part.trim());
      return { selector: selector.trim(), property, value };
    }),
  );
}

/** WCAG 2: the contrast of two colours, from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = (colour.match(/[0-9a-f]{2}/g) ?? []).map((hex) => {
    const part = Number.parseInt(hex, 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
