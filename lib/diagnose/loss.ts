/**
 * Requests over UDP that were lost, as far as one end can tell: a repeated copy was answered, and the copy before it was
 * not although its answer was due. Silence beside such a loss is weaker evidence than silence on a network that loses
 * nothing.
 */
import { isStream, type Seen, type View } from "./view.ts";

/** What was sent to an address over UDP, and what of it was lost. */
export interface Loss {
  /** Copies whose answer was due and did not come. */
  readonly lost: number;
  /** Copies sent on exchanges that were answered. */
  readonly sent: number;
  readonly seen: readonly Seen[];
}

/** Undefined where nothing was lost, or nothing can be said of it. */
export function lossAt(view: View, address: string): Loss | undefined {
  const dueMs = answersDue(view, address);
  if (dueMs === undefined) return undefined;
  const exchanges = udpFlowsAt(view, address).flatMap((flow) => answeredExchanges(flow, dueMs));
  const seen = exchanges.flatMap(({ unanswered }) => unanswered);
  const sent = exchanges.reduce((sum, exchange) => sum + exchange.copies, 0);
  return seen.length === 0 ? undefined : { lost: seen.length, sent, seen };
}

/** The events of each UDP socket to an address, experiments on the gateway's own ports included. */
export function udpFlowsAt(view: View, address: string): Seen[][] {
  const paths = view.at(address).filter((path) => !isStream(path));
  return view.flows(paths, (name) => name.startsWith("udp-") && name !== "udp-closed-port");
}

interface Exchange {
  readonly copies: number;
  readonly unanswered: readonly Seen[];
}

/** An answer is due after the time that others took, and so much of it for chance. */
export const PATIENCE = 1.5;

/** The exchanges of one socket that were answered in the end: each a request, its copies, and the first answer. */
function answeredExchanges(flow: readonly Seen[], dueMs: number): Exchange[] {
  const exchanges: Exchange[] = [];
  let copies: Seen[] = [];
  for (const seen of flow) {
    const { event } = seen;
    if (event.kind === "sent") copies = event.retransmission === undefined ? [seen] : [...copies, seen];
    else if (event.kind === "message" && event.fit === "answer" && copies.length > 0) {
      const late = flow.filter((one) => one.index > seen.index && one.event.kind === "message");
      const answersToCome = late.filter(({ event }) => event.kind === "message" && isLate(event.result)).length;
      // Where copies follow each other more quickly than answers come, the answer may be to any of them.
      const due = copies.filter((copy, i) =>
        i + 1 < copies.length && copies[i + 1]!.event.t_ms - copy.event.t_ms > dueMs
      );
      // What takes longer than an answer behind the last copy is a slow answer, and may be to an earlier one.
      const isToLast = event.t_ms - copies.at(-1)!.event.t_ms <= dueMs;
      const unanswered = isToLast ? due.slice(0, Math.max(0, due.length - answersToCome)) : [];
      exchanges.push({ copies: copies.length, unanswered });
      copies = [];
    }
  }
  return exchanges;
}

/** The answer to an earlier copy did come, later. */
function isLate(result: string | undefined): boolean {
  return result === "late" || result === "repeat";
}

/**
 * When answers are due: after the slowest one over UDP to a request that was sent once, as a daemon that is slow once may be
 * so again, and by so much more as they vary (four times, as RFC 6298 §2.3 has it). Only where there was none, a handshake
 * tells how far the gateway is; it does not tell how long it takes.
 */
function answersDue(view: View, address: string): number | undefined {
  const answers = udpFlowsAt(view, address).flatMap(answersToSingleCopies);
  const handshakes = view.at(address).flatMap((path) => path.timing_ms.connect ?? []);
  const times = answers.length > 0 ? answers : handshakes;
  if (times.length === 0) return undefined;
  const [quickest, slowest] = [Math.min(...times), Math.max(...times)];
  return Math.max(slowest * PATIENCE, slowest + 4 * (slowest - quickest));
}

function answersToSingleCopies(flow: readonly Seen[]): number[] {
  return flow.flatMap(({ event, index }) => {
    if (event.kind !== "message" || event.fit !== "answer") return [];
    const sent = flow.findLast((one) => one.index < index && one.event.kind === "sent")?.event;
    return sent?.kind === "sent" && sent.retransmission === undefined ? [event.t_ms - sent.t_ms] : [];
  });
}
