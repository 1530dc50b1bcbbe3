// The values that a mail is written with: whatever its row holds, each is one clean line, of bounded length, and "" if
// it is not there. An older release may have written the row.
import type { JsonObject } from "../../json.ts";
import type { Facts } from "./parts.tsx";
import { clipped, moment, oneLine, unlinked } from "./words.ts";

/** A mail row's params, and its opened secrets. */
export type Params = JsonObject & { token?: string };
export type Values = ReturnType<typeof readValues>;

/** As long as an e-mail address may be; names are shorter. */
const longest = 254;

export function readValues(params: Params) {
  const line = (name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : "";
    return typeof value === "string" ? clipped(oneLine(value), longest) : "";
  };
  return {
    organization: unlinked(line("organization")),
    website: unlinked(line("website")),
    role: unlinked(line("role")),
    previousRole: unlinked(line("previous_role")),
    invitedBy: line("invited_by"),
    by: line("by"),
    at: moment(params.at),
    expiresAt: moment(params.expires_at),
    device: unlinked(line("device")),
    place: unlinked(line("place")),
    ip: line("ip"),
  };
}

/** When, with what and from where somebody did it. */
export const circumstances = ({ at, device, place, ip }: Values): Facts => [
  ["Time", at],
  ["Device", device],
  ["Place", place],
  ["IP address", ip],
];
