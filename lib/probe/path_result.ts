/** Collects what a path is found to be, and puts it into the report's form. */
import type { IkeReport, Listener, PathReport, PathState, TlsReport } from "../model/mod.ts";
import type { Opened } from "../net/transport.ts";
import { escapeText, hex } from "../wire/mod.ts";
import type { PathJob } from "./context.ts";
import { BANNER_OCTETS, recogniseListener } from "./listener.ts";
import { roundMs } from "./recorder.ts";

/** See the file's head. */
export class PathResult {
  state: PathState | undefined;
  reason: string | undefined;
  attempts = 0;
  local: { address: string; port: number } | undefined;
  /** How long an opening that failed took. */
  openMs: number | undefined;
  connectMs: number | undefined;
  tlsMs: number | undefined;
  answerMs: number | undefined;
  tls: TlsReport | undefined;
  ike: IkeReport | undefined;
  speaks: Listener | undefined;
  banner: Uint8Array | undefined;

  #isRaised = false;

  /** Sets the state once: what is known first stands. */
  end(state: PathState, reason?: string): void {
    if (this.state !== undefined) return;
    this.state = state;
    this.reason = reason;
  }

  /** A better answer came after the path had ended, and counts. */
  raise(ike: IkeReport, answerMs: number | undefined): void {
    this.state = "answered";
    this.reason = undefined;
    this.ike = ike;
    this.answerMs = answerMs;
    this.#isRaised = true;
  }

  /** Whether it has come to be better than it was when the path ended. */
  get isRaised(): boolean {
    return this.#isRaised;
  }

  /** The state that follows from a channel that could not be opened. */
  failedToOpen(opened: Extract<Opened, { ok: false }>, transport: "udp" | "tcp" | "tls"): void {
    this.local = opened.local ?? this.local;
    this.openMs = opened.ms;
    const { failure, icmp } = opened;
    const by = icmp?.from ? ` from ${icmp.from}` : "";
    const said = icmp === undefined ? escapeText(opened.detail) : `ICMP ${icmp.name}${by}`;
    switch (failure) {
      case "refused":
        return this.end("refused", icmp === undefined ? "RST in answer to SYN" : said);
      case "timeout":
        return this.end("silent", "no answer to SYN");
      case "host-unreachable":
      case "net-unreachable":
      case "prohibited":
        return this.end("prohibited", said);
      case "reset":
        return this.end("reset", said);
      default:
        // Whatever a router complains of (a hop limit that was exceeded, a parameter), our packet has got as far as that.
        if (icmp !== undefined) return this.end("prohibited", said);
        this.end("failed", `${transport.toUpperCase()}: ${said}`);
    }
  }

  /** TCP stood, and TLS did not come about. */
  failedHandshake(opened: Extract<Opened, { ok: false }>): void {
    const said = escapeText(opened.detail);
    if (opened.foreign !== undefined && opened.foreign.length > 0) {
      const speaks = recogniseListener(opened.foreign, new Uint8Array(0)) ?? "other";
      return this.foreign(speaks === "tls" ? "other" : speaks, opened.foreign);
    }
    const during = "during the TLS handshake";
    if (opened.alert !== undefined) return this.end("foreign", `TLS alert ${escapeText(opened.alert)} ${during}`);
    if (opened.failure === "reset") return this.end("reset", `reset ${during}`);
    if (opened.failure === "timeout") return this.end("silent", `silence ${during}`);
    if (opened.failure === "tls" && /clos|eof|fin\b/i.test(opened.detail)) {
      return this.end("closed", `closed ${during}`);
    }
    this.end("failed", `TLS: ${said}`);
  }

  /** The stream carried something else than RFC 9329. */
  foreign(speaks: Listener, octets: Uint8Array): void {
    this.speaks = speaks;
    this.banner = octets.slice(0, BANNER_OCTETS);
    this.end("foreign", `${LISTENER_WORDS[speaks]} answers: ${firstLine(octets)}`);
  }

  /** @param totalMs From the path's start to its end. */
  toReport(job: PathJob, totalMs: number): PathReport {
    const { spec } = job;
    const ms = (name: string, value: number | undefined) => value === undefined ? {} : { [name]: roundMs(value) };
    return {
      id: job.id,
      transport: spec.transport,
      port: spec.port,
      address: job.address,
      ...(spec.encoding !== undefined && { encoding: spec.encoding }),
      expected: job.expected,
      required: job.required,
      ...(job.redirectedFrom !== undefined && { redirected_from: job.redirectedFrom }),
      ...(this.local !== undefined && { local: this.local }),
      state: this.state ?? "skipped",
      ...(this.reason !== undefined && this.state !== "answered" && { reason: this.reason }),
      ...(this.speaks !== undefined && { speaks: this.speaks }),
      ...(this.banner !== undefined && { banner: hex(this.banner) }),
      attempts: this.attempts,
      timing_ms: {
        ...ms("connect", this.connectMs),
        ...ms("tls", this.tlsMs),
        ...ms("answer", this.answerMs),
        total: roundMs(totalMs),
      },
      ...(this.tls !== undefined && { tls: this.tls }),
      ...(this.ike !== undefined && { ike: this.ike }),
    };
  }
}

/** What each listener is called in a sentence. */
export const LISTENER_WORDS: Readonly<Record<Listener, string>> = {
  "ike-tcp": "RFC 9329 with a frame whose Length is not that of its message",
  "ike-unframed": "IKE without the frames of RFC 9329",
  tls: "TLS",
  http: "HTTP",
  ssh: "SSH",
  tcpt: "Check Point TCPT",
  ctcp: "Cisco cTCP",
  echo: "an echo of our own octets",
  smtp: "SMTP",
  other: "something else than IKE",
};

/** A line of text as it is, other octets in hex: no more than fits on a line. */
function firstLine(octets: Uint8Array): string {
  const end = octets.findIndex((o) => o === 10 || o === 13);
  const line = octets.subarray(0, Math.min(end < 0 ? 60 : end, 60));
  const isText = line.length > 0 && line.every((o) => o >= 0x20 && o < 0x7f);
  return isText ? `"${escapeText(line)}"` : `${hex(octets.subarray(0, 16))}${octets.length > 16 ? "..." : ""}`;
}
