/** What gateways chose and announced in IKE_SA_INIT: once for all paths that say the same. */
import { hang } from "../../cli/wrap.ts";
import type { ChosenProposal, IkeReport, NatSide, PathReport } from "../../model/mod.ts";
import { escapeText } from "../../wire/escape.ts";
import { guard, paint, type TextStyle } from "./style.ts";

/** Notifies that other lines of the report speak of. */
const TOLD_ELSEWHERE = ["NAT_DETECTION_SOURCE_IP", "NAT_DETECTION_DESTINATION_IP", "COOKIE", "REDIRECT"];

/** A label and what stands behind it. */
export type Row = readonly [label: string, text: string];

const LABEL = 14;

/** Labelled rows under a heading. */
export function rowLines(heading: string, rows: readonly Row[], style: TextStyle): string[] {
  return [
    ...hang("  ", heading, style.width).map((line) => paint(style, line, "bold")),
    ...rows.flatMap(([label, text]) => hang(`    ${label}`, text, style.width, 4 + LABEL)),
  ];
}

/** Paths that share something, by what they share, in the order of the paths. */
export function groupPaths(
  paths: readonly PathReport[],
  key: (path: PathReport) => string | undefined,
): PathReport[][] {
  const groups = new Map<string, PathReport[]>();
  for (const path of paths) {
    const name = key(path);
    if (name === undefined) continue;
    groups.set(name, [...groups.get(name) ?? [], path]);
  }
  return [...groups.values()];
}

/** `udp-500, udp-4500, tcp-4500 at 192.0.2.7`. */
export function pathNames(paths: readonly { readonly id: string; readonly address: string }[]): string {
  const addresses = [...new Set(paths.map((path) => path.address))];
  return addresses.map((address) => {
    const specs = paths.filter((path) => path.address === address).map((path) => path.id.split("@", 1)[0]!);
    return guard(`${specs.join(", ")} at ${address}`);
  }).join("; ");
}

/** One block for each set of paths with the same answer. */
export function negotiatedLines(paths: readonly PathReport[], style: TextStyle): string[] {
  const rows = new Map(paths.flatMap((path) => path.ike === undefined ? [] : [[path.id, ikeRows(path.ike)] as const]));
  const groups = groupPaths(paths, (path) => {
    const own = rows.get(path.id);
    return own === undefined || own.length === 0 ? undefined : JSON.stringify(own);
  });
  return groups.flatMap((group) => rowLines(pathNames(group), rows.get(group[0]!.id)!, style));
}

/** What a gateway chose and announced, a row each. */
export function ikeRows(ike: IkeReport): Row[] {
  const rows: Row[] = [];
  if (ike.proposal !== undefined) rows.push(["chosen", formatProposal(ike.proposal)]);
  const asked = askedFor(ike);
  if (asked !== "") rows.push(["asked for", asked]);
  const announced = ike.notifies.filter((notify) => isAnnouncement(notify.type, notify.name));
  if (announced.length > 0) {
    rows.push([
      "announced",
      announced.map(({ name, meaning }) => guard(meaning ? `${name} (${meaning})` : name)).join(", "),
    ]);
  }
  if (ike.vendor_ids.length > 0) rows.push(["vendor IDs", ike.vendor_ids.map(formatVendor).join(", ")]);
  const { client, gateway } = ike.nat;
  if (client !== "unknown" || gateway !== "unknown") rows.push(["NAT", formatNat(client, gateway)]);
  const defects = ike.outcome === "malformed" ? ike.faults?.slice(1) ?? [] : ike.faults ?? [];
  if (defects.length > 0) rows.push(["defects", defects.map(guard).join("; ")]);
  return rows;
}

/** Status notifies (RFC 7296 §3.10.1: from 16384 on) that no other line tells. */
function isAnnouncement(type: number, name: string): boolean {
  return type >= 16384 && !TOLD_ELSEWHERE.includes(name);
}

/** `AES-GCM-16 256, HMAC-SHA2-256, X25519`, in words that say which is which. */
export function formatProposal({ encr, key_bits, prf, integ, dh, additional }: ChosenProposal): string {
  return [
    key_bits === undefined ? encr : `${encr} ${key_bits}`,
    ...(integ === undefined ? [] : [`integrity ${integ}`]),
    ...(prf === undefined ? [] : [`PRF ${prf}`]),
    ...(dh === undefined ? [] : [`group ${dh}`]),
    ...(additional === undefined || additional.length === 0 ? [] : [`additional ${additional.join(" ")}`]),
  ].map(guard).join(", ");
}

function askedFor({ cookie, puzzle, groups_tried }: IkeReport): string {
  return [
    ...(cookie ? ["a cookie"] : []),
    ...(puzzle === undefined ? [] : [`a puzzle of ${puzzle} bits`]),
    ...(groups_tried.length > 1 ? [guard(`another group (tried ${groups_tried.join(", then ")})`)] : []),
  ].join(", ");
}

/** The name of a known vendor ID, the text of a printable one, or its octets; long ones cut. */
function formatVendor({ hex, name }: { readonly hex: string; readonly name?: string }): string {
  const text = name ?? `0x${hex}`;
  return escapeText(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

const GATEWAY_NAT: Readonly<Record<NatSide, string>> = {
  none: "none before the gateway",
  translated: "the gateway is behind one",
  unknown: "unknown before the gateway",
};
const CLIENT_NAT: Readonly<Record<NatSide, string>> = {
  none: "none before us",
  translated: "we are behind one",
  unknown: "unknown before us",
};

function formatNat(client: NatSide, gateway: NatSide): string {
  if (client === "none" && gateway === "none") return "none on either side";
  return `${CLIENT_NAT[client]}, ${GATEWAY_NAT[gateway]}`;
}
