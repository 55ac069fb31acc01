/** `--verbose`: every event of a run by its number, with octets and fields of what was sent and received. */
import { wrap } from "../cli/wrap.ts";
import { decodeDatagram, FrameDecoder, NON_ESP_MARKER } from "../encap/mod.ts";
import { decodeHeader, dumpMessage, hexdump } from "../ike/mod.ts";
import type { Event, Fit, MessageEvent, ReceivedEvent, Report, SentEvent } from "../model/mod.ts";

import { equalBytes, unhex } from "../wire/bytes.ts";
import { eventWords } from "./event_words.ts";
import { guard } from "./text/style.ts";

/** Columns before what belongs to the event above. */
const INDENT = 6;

/** Lines of all events. Sentences are wrapped to `width`; octets and fields are not, so that they can be compared. */
export function verboseLines(report: Report, width: number): string[] {
  const dump = new Dump();
  const digits = String(report.events.length).length + 1;
  return report.events.flatMap((event, i) => {
    const experiment = event.experiment === undefined ? undefined : report.experiments[event.experiment]?.name;
    const lead = `${`#${i}`.padEnd(digits)} ${event.t_ms.toFixed(3).padStart(9)} ms`;
    const where = [event.path ?? undefined, "flow" in event ? `flow ${event.flow}` : undefined, experiment]
      .filter((part) => part !== undefined);
    const about = where.length === 0 ? "" : ` ${guard(where.join(", "))}:`;
    const [first, ...rest] = wrap(`${lead} ${about} ${eventWords(event)}`, width - INDENT);
    return [first!, ...[...rest, ...dump.lines(event, i)].map((line) => " ".repeat(INDENT) + line)];
  });
}

/** Octets and fields of events, once for octets that come again. */
class Dump {
  readonly #requests = new Requests();
  /** Number of the event that showed these octets first, by direction and hex. */
  readonly #shown = new Map<string, number>();

  lines(event: Event, number: number): string[] {
    switch (event.kind) {
      case "open":
        this.#requests.open(event.flow, event.protocol);
        return [];
      case "sent": {
        const messages = this.#requests.messages(event);
        return this.#once(event, number, (bytes) => [...hexdump(bytes), ...messages.flatMap(dumpMessage)]);
      }
      case "received":
        return this.#once(event, number, hexdump);
      case "message":
        return WITH_FIELDS.includes(event.fit) ? this.#once(event, number, dumpMessage) : [];
      default:
        return [];
    }
  }

  #once(
    { kind, data }: SentEvent | ReceivedEvent | MessageEvent,
    number: number,
    show: (bytes: Uint8Array) => string[],
  ): string[] {
    const key = `${kind} ${data}`;
    const before = this.#shown.get(key);
    if (before !== undefined) return [`the same octets as #${before}`];
    this.#shown.set(key, number);
    return show(unhex(data));
  }
}

/** What parses as an IKE message that is not ours. */
const WITH_FIELDS: readonly Fit[] = ["answer", "stray", "other-source"];

/** Finds the IKE messages in what was sent: whole datagrams, or pieces of streams. */
class Requests {
  /** By flow; undefined once octets are missing. */
  readonly #streams = new Map<number, FrameDecoder | undefined>();

  open(flow: number, protocol: "udp" | "tcp"): void {
    if (protocol === "tcp") this.#streams.set(flow, new FrameDecoder({ expectPrefix: true }));
  }

  messages({ flow, data, octets }: SentEvent): Uint8Array[] {
    const bytes = unhex(data);
    const frames = this.#streams.has(flow)
      ? this.#streams.get(flow)?.push(bytes) ?? []
      : [decodeDatagram(bytes, encodingOf(bytes))];
    if (this.#streams.has(flow) && bytes.length < octets) this.#streams.set(flow, undefined);
    return frames.flatMap((frame) =>
      frame.kind === "ike" && decodeHeader(frame.message) !== undefined ? [frame.message] : []
    );
  }
}

/** An Initiator's SPI is never zero (RFC 7296 §2.6), so four zero octets are the non-ESP marker on any port. */
function encodingOf(datagram: Uint8Array): "bare" | "marker" {
  return equalBytes(datagram.subarray(0, NON_ESP_MARKER.length), NON_ESP_MARKER) ? "marker" : "bare";
}
