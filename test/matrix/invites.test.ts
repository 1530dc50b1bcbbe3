// The part of the tenancy matrix that is about invites.
import { ofInvites, walk } from "./walk.ts";

walk({ suspended: false, routes: ofInvites });
