// Walks the table, or some routes of it, as tests, a case each.
import { beforeAll, describe, test } from "vitest";
import { rows } from "./answers.ts";
import { variedIds } from "./cells.ts";
import { runCase } from "./run.ts";
import { buildScene, type Scene } from "./scene.ts";

type Walk = { suspended: boolean; routes?: (route: string) => boolean };

/** Routes of their own file, which runs beside the others'. */
export const ofInvites = (route: string) => route.includes("/invites");

export function walk({ suspended, routes = () => true }: Walk): void {
  let scene: Scene;
  beforeAll(async () => {
    scene = await buildScene({ suspended });
  });

  const walked = new Set(rows.map(({ route }) => route).filter(routes));
  describe.each([...walked])("%s", (route) => {
    const cases = rows
      .filter((row) => row.route === route)
      .map((row, i) => ({ ...row, row, first: i === 0 }));
    test.each(cases)("$label", async ({ row, first }) => {
      await runCase(scene, row, variedIds(row, first));
    });
  });
}
