// The requests that are walked: every route of the app, as whoever makes it hardest for the database.
import type { Case } from "./case.ts";
import { accountCases } from "./cases/accounts.ts";
import { adminCases } from "./cases/admin.ts";
import { auditCases } from "./cases/audit.ts";
import { endCases } from "./cases/ends.ts";
import { inviteCases } from "./cases/invites.ts";
import { memberCases } from "./cases/members.ts";
import { organizationCases } from "./cases/organizations.ts";
import { recoveryCases } from "./cases/recovery.ts";
import { roleCases } from "./cases/roles.ts";
import { sessionCases } from "./cases/sessions.ts";
import { statsCases } from "./cases/stats.ts";
import { websiteCases } from "./cases/websites.ts";
import type { World } from "./world.ts";

/** In this order: the last ones leave little behind. */
export const casesOf = (world: World): Case[] => [
  ...accountCases(world),
  ...recoveryCases(world),
  ...sessionCases(world),
  ...organizationCases(world),
  ...memberCases(world),
  ...roleCases(world),
  ...websiteCases(world),
  ...inviteCases(world),
  ...auditCases(world),
  ...statsCases(world),
  ...adminCases(world),
  ...endCases(world),
];
