/** What a capture says beside its packets: verdict, findings, experiments, and what could not be known. */
import { EXPERIMENT_MEANING, type Finding, type PathReport, type Report } from "../model/mod.ts";
import { guard } from "../report/text/style.ts";
import { escapeText } from "../wire/mod.ts";
import type { MadePacket } from "./packet.ts";
import type { ReportPackets } from "./packets.ts";

/** What holds for the whole file. */
export const SECTION_COMMENT =
  "Made from the report of ike-tcp, without privileges: payloads, addresses, ports and times are those of the run. The rest " +
  "of the IP, UDP and TCP headers was made up to fit (TTL, windows, options, sequence numbers). What the system does by " +
  "itself is not here: acknowledgements, retransmissions of TCP, fragments.";

/** The verdict of a report, in one line. */
export function verdictComment({ target, verdict }: Report): string {
  return `${escapeText(target.input)}: ${verdict.code.toUpperCase()}, exit code ${verdict.exit}: ${
    guard(verdict.summary)
  }`;
}

/** What a path is and how it ended, in one line. */
export function pathDescription({ transport, port, encoding, state, reason, ike }: PathReport): string {
  const inside = encoding === undefined
    ? ""
    : `, ${encoding === "bare" ? "bare IKE" : "IKE behind the non-ESP marker"}`;
  const removed = transport === "tls" ? `TLS on port ${port}, with TLS removed` : `${transport.toUpperCase()} ${port}`;
  const end = ike === undefined ? reason : ike.error === undefined ? ike.outcome : `${ike.outcome}, ${ike.error}`;
  return `${removed}${inside}: ${state}${end === undefined ? "" : ` (${guard(end)})`}`;
}

/** What a reader with Wireshark must know of a path. */
export function pathComments(path: PathReport): string[] {
  const { transport, port, local } = path;
  const removed = transport === "tls"
    ? ["TLS removed: the packets hold what was inside TLS, and nothing of the TLS handshake"]
    : [];
  const isUnknown = local !== undefined && /^(0\.0\.0\.0|::)$/.test(local.address);
  const unknown = isUnknown ? [`our address is not known: ${local.address} stands for it`] : [];
  return [...removed, ...unknown, ...decodeAs(transport, port, path.encoding)];
}

/** Wireshark knows the ports of IKE only, and RFC 9329 nowhere up to version 4.0. */
function decodeAs(transport: PathReport["transport"], port: number, encoding: PathReport["encoding"]): string[] {
  if (transport !== "udp") return ["ike-tcp decode reads RFC 9329 streams, whatever their port"];
  const usual = encoding === "marker" || (encoding === undefined && port !== 500) ? "udpencap" : "isakmp";
  const isKnown = usual === (port === 500 ? "isakmp" : port === 4500 ? "udpencap" : "");
  return isKnown ? [] : [`Wireshark: Decode As udp.port==${port},${usual}`];
}

/** Puts comments on the packets that they are about; returns, by path, what no packet is there for. */
export function comment(report: Report, made: ReportPackets): ReadonlyMap<string, readonly string[]> {
  const left = new Map<string, string[]>();
  commentExperiments(report, made);
  for (const finding of report.findings) {
    if (commentFinding(finding, made)) continue;
    for (const path of finding.paths) left.set(path, [...left.get(path) ?? [], findingLine(finding)]);
  }
  made.packets[0]?.comments.unshift(verdictComment(report));
  return left;
}

/** The first packet of each connection or socket of an experiment says what is asked. */
function commentExperiments({ events, experiments }: Report, made: ReportPackets): void {
  for (const [index, event] of events.entries()) {
    const experiment = event.experiment === undefined ? undefined : experiments[event.experiment];
    if (experiment === undefined) continue;
    const packet = made.packetOf(index);
    if (event.kind === "sent" && packet?.event === index) add(packet, guard(event.what));
    if (event.kind !== "open" || packet === undefined) continue;
    const { name, round, result } = experiment;
    add(packet, `experiment ${name}, go ${round}: ${EXPERIMENT_MEANING[name]}; result: ${result}`);
  }
}

function findingLine({ code, severity, confidence, summary }: Finding): string {
  return `${severity} ${code} (${confidence}): ${guard(summary)}`;
}

/** The first packet of a finding says what it is, and each one what it is evidence of. False: none of it is a packet. */
function commentFinding(finding: Finding, made: ReportPackets): boolean {
  const cited = finding.evidence.flatMap(({ text, events }) =>
    events.flatMap((event) => {
      const packet = made.packetOf(event);
      return packet === undefined ? [] : [{ packet, text: `${finding.code}: ${guard(text)}` }];
    })
  );
  const [first] = cited.map(({ packet }) => packet).toSorted((a, b) => a.t_ms - b.t_ms);
  if (first === undefined) return false;
  add(first, findingLine(finding));
  for (const { packet, text } of cited) add(packet, text);
  return true;
}

function add({ comments }: MadePacket, text: string): void {
  if (!comments.includes(text)) comments.push(text);
}
