/** The rows of the fault matrix that need no privileges. */
import { QUICK_ROWS } from "./rows/mod.ts";
import { registerRows } from "./scoreboard.ts";

registerRows(QUICK_ROWS);
