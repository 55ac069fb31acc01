/**
 * The tcpdump filters that a gateway's administrator needs to decide what one end cannot: does our packet arrive there?
 * A captured run is found by our SPI; a new run has a new one, so the filter by port comes first.
 */
import type { Confidence, PathReport } from "../model/mod.ts";
import { defaultEncoding } from "../model/mod.ts";
import { escapeText } from "../wire/mod.ts";
import type { View } from "./view.ts";

/** Octets of the IPv6 header, where tcpdump cannot index `udp[]` and `tcp[]`. */
const IPV6_HEADER = 40;
const UDP_HEADER = 8;
const MARKER = 4;

function isIpv6(path: PathReport): boolean {
  return path.address.includes(":");
}

/** Our SPI in the first request of a path, as 16 hex digits. */
function spiOf(view: View, path: PathReport): string | undefined {
  if (path.ike !== undefined) return path.ike.initiator_spi;
  const sent = view.events(path, "sent").find(({ event }) => /^IKE_SA_INIT/.test(event.what));
  const at = path.transport === "udp" ? (encodingOf(path) === "marker" ? MARKER : 0) : 2 + MARKER;
  const spi = sent?.event.data.slice(at * 2, (at + 8) * 2);
  return spi !== undefined && /^[0-9a-f]{16}$/.test(spi) ? spi : undefined;
}

function encodingOf(path: PathReport) {
  return path.encoding ?? defaultEncoding(path.port);
}

/** `tcpdump -ni any 'udp port 500'`: what to run at the gateway while the probe runs again. */
export function captureCommand(path: PathReport): string {
  const protocol = path.transport === "udp" ? "udp" : "tcp";
  return `tcpdump -ni any '${isIpv6(path) ? "ip6 and " : ""}${protocol} port ${path.port}'`;
}

/** The filter that finds this run's requests of a UDP path in a capture, by our SPI. */
export function spiFilter(view: View, path: PathReport): string | undefined {
  const spi = spiOf(view, path);
  if (spi === undefined || path.transport !== "udp") return undefined;
  const marker = encodingOf(path) === "marker" ? MARKER : 0;
  const [proto, at] = isIpv6(path)
    ? ["ip6", IPV6_HEADER + UDP_HEADER + marker] as const
    : ["udp", UDP_HEADER + marker] as const;
  const family = isIpv6(path) ? "ip6 and " : "";
  return `${family}udp port ${path.port} and ${proto}[${at}:4] = 0x${spi.slice(0, 8)} and ` +
    `${proto}[${at + 4}:4] = 0x${spi.slice(8)}`;
}

/** The filter for segments that begin with "IKETCP": the stream prefix has no SPI, and inside TLS it is not seen. */
export function prefixFilter(path: PathReport): string {
  const [proto, base] = isIpv6(path) ? ["ip6", `${IPV6_HEADER} + `] as const : ["tcp", ""] as const;
  const offset = isIpv6(path) ? IPV6_HEADER + 12 : 12;
  const data = (more: number) => {
    const index = `${base}((${proto}[${offset}] & 0xf0) >> 2)`;
    return more === 0 ? index : `${index} + ${more}`;
  };
  const family = isIpv6(path) ? "ip6 and " : "";
  return `${family}tcp port ${path.port} and ${proto}[${data(0)}:4] = 0x494b4554 and ${proto}[${data(4)}:2] = 0x4350`;
}

/** Advice for the gateway's administrator on silent UDP: where the datagrams end. */
export function udpCaptureAdvice(view: View, path: PathReport): string {
  const filter = spiFilter(view, path);
  const found = filter === undefined ? "" : `; in a capture of this run: \`${filter}\``;
  const capture = captureCommand(path);
  return `Gateway: run \`${capture}\` while this is repeated${found}. Requests without answers there: the ` +
    "gateway keeps silent; requests with answers: the way back loses them; nothing: the way there does.";
}

/** Advice where content is inspected: a capture at the gateway decides what is not certain here. */
export function inspectionAdvice(path: PathReport, confidence: Confidence): string[] {
  return [
    "Here: ask the network's administrator whether a firewall inspects applications; IPsec must be allowed on " +
    "this port.",
    "Here: use TLS (RFC 9329 Appendix A) if the gateway offers it.",
    ...(confidence === "certain" ? [] : [prefixCaptureAdvice(path)]),
  ];
}

/** Advice for the gateway's administrator on a stream that is cut: who ends it. */
function prefixCaptureAdvice(path: PathReport): string {
  const from = path.local === undefined ? "" : ` (from ${escapeText(path.local.address)}, unless NAT is between)`;
  return `Gateway: run \`tcpdump -ni any '${prefixFilter(path)}'\`${from} while this is repeated. If no such segment ` +
    "arrives, it is lost on the way; if it does and the gateway answers it with RST, it is the gateway.";
}
