/** What has changed on the paths: how each ended, what the gateway chose and announced there, and its certificate. */
import type { Aspect, Change, Direction, IkeReport, PathReport, TlsReport } from "../../model/mod.ts";
import { ikeRows, type Row } from "../text/negotiated.ts";
import { outcomeNote } from "../text/paths.ts";
import { guard } from "../text/style.ts";
import { tlsRows } from "../text/tls.ts";
import { merged, type PathPair, pathPairs, type Side, type Sides, steady } from "./sides.ts";

/** All changes of paths but those of times. */
export function pathChanges(sides: Sides): Change[] {
  const pairs = pathPairs(sides);
  return [
    ...pairs.flatMap((pair) => stateChange(pair, sides)),
    ...oneSided(sides),
    ...pairs.flatMap(ikeChanges),
    ...pairs.flatMap(tlsChanges),
  ];
}

function stateChange({ a, b }: PathPair, sides: Sides): Change[] {
  const [before, after] = [sides.a.view.works(a), sides.b.view.works(b)];
  if (before === after && endKey(a, before) === endKey(b, after)) return [];
  const direction = before === after ? "different" : after ? "better" : "worse";
  return [{ direction, aspect: "state", paths: [b.id], a: stateWords(a), b: stateWords(b) }];
}

/**
 * What makes two ends the same. Which of several streams had the full exchange, and which was only asked whether it is
 * alive, is the run's business.
 */
function endKey({ state, reason, speaks, ike }: PathReport, works: boolean): string {
  const outcome = works && ike?.outcome === "alive" ? "accepted" : ike?.outcome;
  return JSON.stringify([
    state,
    outcome,
    outcome === "accepted" ? undefined : ike?.error,
    ike?.redirects,
    ike?.major_version,
    speaks,
    // The first octets of a TLS record, for one, are random.
    speaks === undefined || speaks === "http" || speaks === "ssh" ? steady(reason ?? "") : "",
  ]);
}

function stateWords(path: PathReport): string {
  if (path.ike === undefined) return guard(`${path.state}: ${path.reason ?? "no reason known"}`);
  const note = path.ike.outcome === "alive" ? "" : outcomeNote(path, "");
  return `${path.state}, ${path.ike.outcome}${note === "" ? "" : `: ${note}`}`;
}

/** What only one run tried; when the other tried nothing at all, its verdict says so. */
function oneSided({ a, b, pairing }: Sides): Change[] {
  if (a.view.paths.length === 0 || b.view.paths.length === 0) return [];
  const told = ({ view }: Side, ids: readonly string[], side: "a" | "b"): Change[] =>
    ids.map((id) => ({
      direction: "different",
      aspect: "state",
      paths: [id],
      ...{ a: null, b: null, [side]: stateWords(view.path(id)!) },
    }));
  return merged([...told(a, pairing.onlyA, "a"), ...told(b, pairing.onlyB, "b")]);
}

const IKE_ROWS: Readonly<Record<string, Aspect>> = {
  chosen: "chosen",
  announced: "announced",
  "vendor IDs": "vendor-ids",
  NAT: "nat",
  defects: "defects",
};

/** Only where both gateways accepted: what another answer lacks, says nothing. What was asked for, the findings say. */
function ikeChanges({ a, b }: PathPair): Change[] {
  if (a.ike?.outcome !== "accepted" || b.ike?.outcome !== "accepted") return [];
  const knowsNat = [a.ike, b.ike].every(({ nat }) => nat.client !== "unknown" && nat.gateway !== "unknown");
  return rowChanges(rowsOf(a.ike), rowsOf(b.ike), b.id)
    .filter(({ aspect }) => aspect !== "nat" || knowsNat);
}

function rowsOf(ike: IkeReport): ReadonlyMap<Aspect, string> {
  return named(ikeRows(ike), IKE_ROWS);
}

const TLS_ROWS: Readonly<Record<string, Aspect>> = { TLS: "tls", certificate: "certificate", trust: "trust" };

function tlsChanges({ a, b }: PathPair): Change[] {
  if (a.tls === undefined || b.tls === undefined) return [];
  const trust = trustDirection(a.tls, b.tls);
  return rowChanges(handshake(a.tls), handshake(b.tls), b.id)
    .map((change) => change.aspect === "trust" ? { ...change, direction: trust } : change);
}

function trustDirection(a: TlsReport, b: TlsReport): Direction {
  return a.trusted === b.trusted ? "different" : b.trusted ? "better" : "worse";
}

/** The name that was asked for is ours; a certificate is known by its fingerprint. */
function handshake(tls: TlsReport): ReadonlyMap<Aspect, string> {
  const { server_name: _, ...session } = tls;
  const fingerprint = tls.chain[0]?.fingerprint_sha256;
  const rows = tlsRows(session).map(([label, text]): Row =>
    label === "certificate" ? [label, `${text}; SHA-256 ${fingerprint}`] : [label, text]
  );
  return named(rows, TLS_ROWS);
}

function named(rows: readonly Row[], names: Readonly<Record<string, Aspect>>): ReadonlyMap<Aspect, string> {
  return new Map(rows.flatMap(([label, text]) => names[label] === undefined ? [] : [[names[label], text] as const]));
}

function rowChanges(a: ReadonlyMap<Aspect, string>, b: ReadonlyMap<Aspect, string>, id: string): Change[] {
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((aspect): Change[] => {
    const [before, after] = [a.get(aspect) ?? null, b.get(aspect) ?? null];
    return unordered(before) === unordered(after)
      ? []
      : [{ direction: "different", aspect, paths: [id], a: before, b: after }];
  });
}

/** Notifies and vendor IDs may come in any order. */
function unordered(row: string | null): string | null {
  return row === null ? null : row.split(", ").toSorted().join();
}
