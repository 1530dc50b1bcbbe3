// A mutant: one place in a source, and what stands there in its stead.

/** How the place is written around: a statement is left out otherwise than an entry of a list. */
export type Kind = "expression" | "statement" | "property" | "element" | "body";

export type Mutant = {
  id: number;
  /** Below `src/`. */
  file: string;
  line: number;
  kind: Kind;
  start: number;
  end: number;
  original: string;
  /** Empty: left out. */
  replacement: string;
  /** Runs when its module is loaded, and not in a request. */
  isStatic: boolean;
  /** Of a listed one: what it would mean. */
  fault?: string;
};

/** Which folder's score a mutant belongs to. */
export const folderOf = (file: string): string =>
  file === "db/tenant.ts" ? "db/tenant" : file.slice(0, file.indexOf("/") + 1);
