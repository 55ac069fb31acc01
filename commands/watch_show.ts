/** How a watch is shown: redrawn in place on a terminal, a line for each change elsewhere, or a line of JSON a round. */
import { type Output, type Terminal, textWidth, wantsColor } from "../lib/cli/terminal.ts";
import { frameLines, type FrameState, type FrameStyle } from "../lib/watch/frame.ts";
import { renderWatchLine } from "../lib/watch/line.ts";
import type { Round } from "../lib/watch/cadence.ts";
import type { WatchLog } from "../lib/watch/log.ts";
import { happeningWords } from "../lib/watch/words.ts";

/** What every way of showing can be told. */
export interface Show {
  /** A round has been written into the log. */
  round(round: Round, state: Omit<FrameState, "shown">): void;
  /** It is over. */
  end(state: Omit<FrameState, "shown">): void;
}

/** Changes on a live display, and in the summary at the end. */
const SHOWN = { live: 5, end: 50 } as const;

/** Options that matter here. */
export interface ShowOptions {
  readonly format: "text" | "jsonl";
  readonly ascii: boolean;
  readonly color: boolean | undefined;
}

/** The way that fits. */
export function showOf(log: WatchLog, options: ShowOptions, terminal: Terminal): Show {
  if (options.format === "jsonl") return jsonLines(log, terminal.out);
  const term = terminal.environment("TERM");
  const style = (): FrameStyle => ({
    width: textWidth(terminal),
    color: wantsColor(options.color, terminal),
    ascii: options.ascii || term === "linux" || term === "dumb",
  });
  const isLive = terminal.out.isTerminal && term !== "dumb";
  return isLive ? live(log, terminal.out, style) : plainLines(log, terminal.out, style);
}

function jsonLines(log: WatchLog, out: Output): Show {
  return {
    round: (round, { halfOpen }) => {
      if (!round.report.interrupted) {
        out.write(renderWatchLine(round, { host: log.host, round: log.rounds, halfOpen }));
      }
    },
    end: () => {},
  };
}

/** What happened, as it happens, and the figures at the end. */
function plainLines(log: WatchLog, out: Output, style: () => FrameStyle): Show {
  let told = 0;
  return {
    round: () => {
      const fresh = log.happened - told;
      told = log.happened;
      for (const happening of fresh > 0 ? log.happenings.slice(-fresh) : []) {
        out.write(`${happening.time} ${happeningWords(happening).join("; ")}\n`);
      }
    },
    end: (state) => {
      if (log.rounds > 0) out.write(`\n${frameLines(log, { ...state, shown: 0 }, style()).join("\n")}\n`);
    },
  };
}

function live(log: WatchLog, out: Output, style: () => FrameStyle): Show {
  let drawn = { rows: 0, width: 0 };
  const draw = (state: FrameState, height: number | undefined) => {
    const { width: readable, ...rest } = style();
    const width = Math.min(readable, out.width ?? readable);
    // Not the last column: some terminals would wrap there.
    const lines = frameLines(log, state, { width: width - 1, ...rest, ...(height !== undefined && { height }) });
    // Lines of another width have wrapped, so that nobody knows how many there are.
    const back = drawn.rows === 0 ? "" : drawn.width === width ? `\r\x1b[${drawn.rows}A\x1b[J` : "\x1b[2J\x1b[H";
    out.write(`${back}${lines.join("\n")}\n`);
    drawn = { rows: lines.length, width };
  };
  return {
    round: (_round, state) => draw({ ...state, shown: SHOWN.live }, out.height),
    end: (state) => log.rounds > 0 && draw({ ...state, shown: SHOWN.end }, undefined),
  };
}
