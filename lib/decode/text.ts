/** `--format text`: where each message is, what it is, and all its fields; below everything, what was found beside. */
import { hang } from "../cli/wrap.ts";
import { dumpWithMarks, hexdump, markedRow, summarizeMessage } from "../ike/mod.ts";
import type { Endpoint } from "../model/mod.ts";
import { paint, type TextStyle } from "../report/text/style.ts";
import { count as amount } from "../report/units.ts";
import { count as octetCount, escapeText, type Fault, formatFault } from "../wire/mod.ts";
import type { InputForm, InputNotes } from "./input.ts";
import type { BrokenItem, IkeItem, Place } from "./item.ts";
import type { DecodeRenderer, Subject } from "./render.ts";
import { formatTime } from "./time.ts";
import type { Totals, Traffic } from "./totals.ts";

/** Columns before what belongs to the line above. */
const INDENT = 4;

/** Lines on what travelled beside IKE. */
const MOST_TRAFFIC = 20;

const FORM: Readonly<Record<InputForm, string>> = {
  hex: "hexdump",
  binary: "octets",
  pcap: "pcap",
  pcapng: "pcapng",
};

/** See the file's head. */
export function textRenderer({ file, form }: Subject, style: TextStyle): DecodeRenderer {
  let number = 0;
  const block = (lines: readonly string[]) => `${lines.join("\n")}\n${style.verbose ? "\n" : ""}`;
  return {
    begin: () => "",
    add(item) {
      if (item.kind === "ike") return block(messageLines(item, ++number, style));
      return item.kind === "broken" ? block(brokenLines(item, style)) : "";
    },
    end: (totals, notes) =>
      [...trafficLines(totals.traffic), sumLine(totals, notes, file, form, style)]
        .flatMap((text) => hang("", text, style.width))
        .map((line) => `${line}\n`).join(""),
  };
}

function messageLines(item: IkeItem, number: number, style: TextStyle): string[] {
  const { decoded, octets, notes, place } = item;
  const lead = `#${number} `;
  const where = placeWords(place);
  const title = `${summarizeMessage(decoded)}, ${octetCount(octets.length)}`;
  const [first, ...others] = where === "" ? [title] : [where, title];
  return [
    ...hang(lead, first!, style.width, INDENT).map((line) => paint(style, line, "bold")),
    ...[...others, ...notes].flatMap((text) => hang("", text, style.width, INDENT)),
    ...(style.verbose
      ? shown(dumpWithMarks(octets), style)
      : decoded.faults.flatMap((fault) => faultLines(fault, style))),
  ];
}

function brokenLines({ place, octets, fault }: BrokenItem, style: TextStyle): string[] {
  const where = placeWords(place);
  return [
    ...hang("!", where === "" ? "in the input" : where, style.width, INDENT).map((line) => paint(style, line, "bold")),
    ...faultLines(fault, style),
    ...(style.verbose && octets.length > 0 ? shown(dumpWithMark(octets, fault.offset), style) : []),
  ];
}

/** A dump with an arrow to the octet at an offset, which may be behind the last one. */
function dumpWithMark(octets: Uint8Array, offset: number): string[] {
  const marked = Math.min(offset, octets.length - 1);
  const row = marked - marked % 16;
  return [...hexdump(octets.subarray(0, row)), ...markedRow(octets, offset), ...hexdump(octets, row + 16)];
}

function faultLines(fault: Fault, style: TextStyle): string[] {
  return hang("", formatFault(fault), style.width, INDENT).map((line) => paint(style, line, "red"));
}

/** A dump below its heading; what is wrong stands out. */
function shown(lines: readonly string[], style: TextStyle): string[] {
  return lines.map((line) => {
    const text = " ".repeat(INDENT) + line;
    return /^(!!!!| +\^\^)/.test(line) ? paint(style, text, "red") : text;
  });
}

/** `UDP from 192.0.2.1 port 500 to 192.0.2.7 port 500, packet 4, 2026-11-23T12:00:00.000000Z`. */
function placeWords({ transport, source, destination, connection, packets, ns, dump, line, offset }: Place): string {
  const parts = [
    transport === undefined ? undefined : `${TRANSPORT[transport]} ${way(source, destination)}`,
    packets === undefined || packets.length === 0 ? undefined : packetWords(packets),
    ns === undefined ? undefined : formatTime(ns),
    connection === undefined ? undefined : `octet ${offset} of the stream (tcp.stream ${connection})`,
    dump === undefined ? undefined : `dump ${dump}${line === undefined ? "" : ` (line ${line})`}`,
    connection === undefined && transport === undefined && offset > 0 ? `octet ${offset}` : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

const TRANSPORT = { udp: "UDP", tcp: "TCP", ip: "IP" } as const;

function packetWords(packets: readonly number[]): string {
  if (packets.length === 1) return `packet ${packets[0]}`;
  if (packets.length <= 4) return `packets ${packets.join(", ")}`;
  return `packets ${packets[0]} to ${packets.at(-1)}`;
}

function way(source?: Endpoint, destination?: Endpoint): string {
  return `from ${end(source)} to ${end(destination)}`;
}

function end(endpoint: Endpoint | undefined): string {
  if (endpoint === undefined) return "an unknown address";
  return endpoint.port === 0 ? endpoint.address : `${endpoint.address} port ${endpoint.port}`;
}

function trafficLines(traffic: readonly Traffic[]): string[] {
  const more = traffic.length - MOST_TRAFFIC;
  return [...traffic.slice(0, MOST_TRAFFIC).map(trafficLine), ...(more > 0 ? [`and ${more} more ways and SPIs`] : [])];
}

function trafficLine({ kind, transport, source, destination, spi, count, octets }: Traffic): string {
  const where = transport === undefined ? "" : ` over ${TRANSPORT[transport]} ${way(source, destination)}`;
  if (kind === "keepalive") return `${amount(count, "NAT-keepalive")}${where}`;
  const name = spi === undefined ? "" : `, SPI ${spi.toString(16).padStart(8, "0")}`;
  return `${amount(count, "ESP packet")}${where}${name}: ${octetCount(octets)}, encrypted`;
}

function sumLine(totals: Totals, notes: InputNotes, file: string, form: InputForm, style: TextStyle): string {
  const { messages, broken, esp, keepalives } = totals;
  const { packets, dumps = 0, otherDumps = 0, otherConnections = 0, unknownLinks = [] } = notes;
  const links = unknownLinks.length === 0 ? [] : [`packets of link type ${unknownLinks.join(", ")} cannot be read`];
  const connections = `${amount(otherConnections, "TCP connection")} without the stream prefix`;
  const parts = [
    messages === 0 ? "no IKE message" : amount(messages, "IKE message"),
    ...(broken === 0 ? [] : [paint(style, `${broken} with something wrong`, "red")]),
    ...(esp === 0 ? [] : [amount(esp, "ESP packet")]),
    ...(keepalives === 0 ? [] : [amount(keepalives, "NAT-keepalive")]),
    ...(otherDumps === 0 ? [] : [amount(otherDumps, "other dump")]),
    ...(otherConnections === 0 ? [] : [connections]),
    ...links,
  ];
  const size = packets !== undefined ? `, ${amount(packets, "packet")}` : dumps > 1 ? `, ${dumps} dumps` : "";
  const name = file === "-" ? "standard input" : escapeText(file);
  return `${name} (${FORM[form]}${size}): ${parts.join(", ")}`;
}
