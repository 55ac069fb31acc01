/** Tables of GitHub Flavored Markdown, lined up so that they can be read before they are rendered. */
import { columns } from "../../cli/wrap.ts";

/** A column: its heading, and whether numbers stand in it. */
export interface Column {
  readonly heading: string;
  readonly right?: true;
}

/** A longer cell is not lined up with. */
const WIDEST = 40;

/** The lines of a table. Cells are inline Markdown without a pipe. */
export function table(head: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map(({ heading }, i) =>
    Math.max(3, columns(heading), ...rows.map((row) => columns(row[i]!)).filter((width) => width <= WIDEST))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((text, i) => pad(text, widths[i]!, head[i]!.right)).join(" | ")} |`;
  return [
    line(head.map(({ heading }) => heading)),
    line(head.map(({ right }, i) => right ? `${"-".repeat(widths[i]! - 1)}:` : "-".repeat(widths[i]!))),
    ...rows.map(line),
  ];
}

function pad(text: string, width: number, right = false): string {
  const blanks = " ".repeat(Math.max(0, width - columns(text)));
  return right ? blanks + text : text + blanks;
}
