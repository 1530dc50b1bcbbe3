/** What has become of an invite. The client's types name it: imports nothing. */
export type InviteState = "pending" | "accepted" | "revoked" | "expired";
