// The same once more while the organization is suspended: its owners read, nobody else does anything, and whoever was a
// stranger before still gets the same 404.
import { walk } from "./walk.ts";

walk({ suspended: true });
