/** Prints one row of a Markdown table. */
export function row(...cells: string[]): void {
  console.log(`| ${cells.join(" | ")} |`);
}

/** Prints a table's head, apart from what stands before it. */
export function head(...cells: string[]): void {
  console.log();
  row(...cells);
  row(...cells.map(() => "---"));
}
