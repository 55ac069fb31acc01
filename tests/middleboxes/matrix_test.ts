/** The whole fault matrix. */
import { ALL_ROWS } from "./rows/mod.ts";
import { registerRows } from "./scoreboard.ts";

registerRows(ALL_ROWS);
