// Walks the whole table as tests, a case each.
import { beforeAll, describe, test } from "vitest";
import { rows } from "./answers.ts";
import { variedIds } from "./cells.ts";
import { runCase } from "./run.ts";
import { buildScene, type Scene } from "./scene.ts";

export function walk({ suspended }: { suspended: boolean }): void {
  let scene: Scene;
  beforeAll(async () => {
    scene = await buildScene({ suspended });
  });

  describe.each([...new Set(rows.map(({ route }) => route))])("%s", (route) => {
    const cases = rows
      .filter((row) => row.route === route)
      .map((row, i) => ({ ...row, row, first: i === 0 }));
    test.each(cases)("$label", async ({ row, first }) => {
      await runCase(scene, row, variedIds(row, first));
    });
  });
}
