// What becomes of values before they stand in a mail, and how its text part is set.

/** One visible line: no control characters, line breaks or changes of direction, which could forge a header or a text. */
export const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\s]+/gu, " ")
    .trim();

export function clipped(text: string, most: number): string {
  const points = [...text];
  return points.length > most ? `${points.slice(0, most - 1).join("")}…` : text;
}

/**
 * A name that may be a domain, so that no mail program makes it a link: somebody chose it, and the mail comes from us.
 * A word joiner shows nothing, and parts what such programs look for.
 */
export const unlinked = (name: string): string =>
  name.replace(/[.:/@\u3002\uff0e\uff61](?=\S)/gu, "$&\u2060");

/** Made with the first mail: it takes milliseconds, which an isolate's start can do without. */
let days: Intl.DateTimeFormat | undefined;

/** "20 November 2026, 16:42 UTC"; nothing of what is no moment. */
export function moment(ms: unknown): string {
  const date = new Date(typeof ms === "number" ? ms : Number.NaN);
  if (Number.isNaN(date.getTime())) return "";
  days ??= new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
  return `${days.format(date)}, ${date.toISOString().slice(-13, -8)} UTC`;
}

const widest = 72;

/** Inside a value: a space that no line ends at, and a line break that stays. Values themselves hold neither. */
const [glue, breakHere] = ["\u00a0", "\u2028"];

/**
 * A text part as it is written: paragraphs parted by empty lines, their lines set anew at 72 characters. Values are
 * never broken, so that a link or a name stays in one piece; a paragraph of an empty value alone is left out.
 */
export function letter(parts: TemplateStringsArray, ...values: string[]): string {
  const kept = values.map((value) => value.replaceAll(" ", glue).replaceAll("\n", breakHere));
  return String.raw({ raw: parts }, ...kept)
    .split(/\n *\n/)
    .map((paragraph) => setLines(paragraph.split(/[ \n]+/).filter(Boolean)))
    .filter(Boolean)
    .join("\n\n")
    .replaceAll(glue, " ")
    .replaceAll(breakHere, "\n");
}

function setLines(words: string[]): string {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= widest)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}
