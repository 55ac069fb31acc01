/** What an event says, in words: one sentence for each kind. */
import type { EndEvent, Endpoint, Event, Fit, MessageEvent } from "../model/mod.ts";
import { escapeText } from "../wire/escape.ts";
import { guard } from "./text/style.ts";
import { formatMs } from "./units.ts";

/** The sentence of an event, safe to show. */
export function eventWords(event: Event): string {
  switch (event.kind) {
    case "resolve": {
      if (event.error !== undefined) return `cannot resolve ${escapeText(`${event.name}: ${event.error}`)}`;
      return `resolved ${escapeText(event.name)} to ${guard(event.addresses.join(", "))} in ${formatMs(event.ms)}`;
    }
    case "open": {
      const from = event.local === undefined ? "" : ` from ${shown(event.local)}`;
      const to = isRemoteOf(event.path, event.remote) ? "" : ` to ${shown(event.remote)}`;
      const blind = event.sight.icmp ? "" : " (ICMP errors cannot be seen)";
      return `${event.protocol === "udp" ? "UDP socket opened" : "TCP SYN sent"}${from}${to}${blind}`;
    }
    case "connected": {
      const rtt = event.rtt_ms === undefined ? "" : `, round trip ${formatMs(event.rtt_ms)}`;
      const mss = event.mss === undefined ? "" : `, MSS ${event.mss}`;
      return `TCP connected after ${formatMs(event.ms)}, from ${shown(event.local)}${rtt}${mss}`;
    }
    case "tls": {
      const session = [event.tls.version, event.tls.cipher].filter((part) => part !== undefined).join(" ");
      return `TLS handshake done after ${formatMs(event.ms)}${session === "" ? "" : `: ${escapeText(session)}`}`;
    }
    case "sent": {
      const copy = event.retransmission === undefined ? "" : `, retransmission ${event.retransmission}`;
      return `sent ${octets(event)}: ${guard(event.what)}${copy}`;
    }
    case "received":
      return `received ${octets(event)}${event.from === undefined ? "" : ` from ${shown(event.from)}`}`;
    case "message":
      return messageWords(event);
    case "icmp": {
      const from = event.from === null ? " from an unknown sender" : ` from ${guard(event.from)}`;
      const mtu = event.mtu === undefined ? "" : `, MTU ${event.mtu}`;
      return `ICMP${event.version === 6 ? "v6" : ""} ${guard(event.name)} (${event.type}/${event.code})${from}${mtu}`;
    }
    case "end":
      return endWords(event);
    case "timeout":
      return `waited ${formatMs(event.waited_ms)} for ${guard(event.for)}, in vain`;
    case "failed":
      return `failed: ${escapeText(event.detail)}`;
    case "skipped":
      return `skipped: ${escapeText(event.detail)}`;
    case "budget":
      return `${guard(event.detail)} (half-open SAs at ${guard(event.address)}: ${event.spent} of ${event.limit})`;
  }
}

const FIT_WORDS: Readonly<Record<Fit, string>> = {
  answer: "an answer to our request",
  keepalive: "a NAT-keepalive",
  esp: "an ESP packet",
  echo: "our own octets came back",
  stray: "IKE, but no answer to our request",
  "other-source": "an answer from another address or port",
  "not-ike": "no IKE",
};

const NAT_WORDS = { true: "matches", false: "does not match" } as const;

function messageWords({ fit, what, from, faults = [], nat }: MessageEvent): string {
  const hash = (name: string, matches: boolean | undefined) =>
    matches === undefined ? [] : [`NAT_DETECTION_${name}_IP ${NAT_WORDS[`${matches}`]}`];
  return [
    `${FIT_WORDS[fit]}${fit === "other-source" && from !== undefined ? `, ${shown(from)}` : ""}: ${guard(what)}`,
    ...hash("SOURCE", nat?.source_matches),
    ...hash("DESTINATION", nat?.destination_matches),
    ...faults.map(guard),
  ].join("; ");
}

const END_WORDS: Readonly<Record<EndEvent["how"], string>> = {
  fin: "closed by the other side (FIN)",
  rst: "reset by the other side (RST)",
  ours: "closed by us",
  connect: "not established",
  error: "ended by an error",
};

function endWords({ how, failure, detail, alert, ms, acked, abortive }: EndEvent): string {
  const why = [failure, alert === undefined ? undefined : `TLS alert ${alert}`, detail]
    .filter((part) => part !== undefined && part !== "");
  const taken = acked === undefined ? "" : `; it had acknowledged ${acked} octets`;
  const end = abortive ? "reset by us (RST)" : END_WORDS[how];
  return `${end} after ${formatMs(ms)}${why.length === 0 ? "" : `: ${escapeText(why.join(", "))}`}${taken}`;
}

function octets(event: { readonly octets: number; readonly data: string }): string {
  const kept = event.data.length / 2;
  return `${event.octets} ${event.octets === 1 ? "octet" : "octets"}${
    kept < event.octets ? ` (${kept} of them recorded)` : ""
  }`;
}

/** Whether a path's id names this endpoint already. */
function isRemoteOf(path: string | null, { address, port }: Endpoint): boolean {
  return path?.replace(/\/(bare|marker)@/, "@").endsWith(`-${port}@${address}`) ?? false;
}

function shown({ address, port }: Endpoint): string {
  return `${guard(address)} port ${port}`;
}
