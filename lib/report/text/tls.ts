/** What the TLS handshakes showed: version, cipher suite, certificate. */
import type { CertificateReport, PathReport, TlsReport } from "../../model/mod.ts";
import { escapeText } from "../../wire/escape.ts";
import { groupPaths, pathNames, type Row, rowLines } from "./negotiated.ts";
import type { TextStyle } from "./style.ts";

/** Names of a certificate that are shown; a CDN's can have hundreds. */
const NAMES_SHOWN = 6;

/** One block for each set of paths with the same TLS. */
export function tlsLines(paths: readonly PathReport[], style: TextStyle): string[] {
  const groups = groupPaths(paths, (path) => path.tls === undefined ? undefined : JSON.stringify(path.tls));
  return groups.flatMap((group) => rowLines(pathNames(group), tlsRows(group[0]!.tls!), style));
}

/** What a handshake showed, a row each. */
export function tlsRows(tls: TlsReport): Row[] {
  const session = [
    tls.version,
    tls.cipher,
    tls.alpn && `ALPN ${tls.alpn}`,
    tls.server_name && `SNI ${tls.server_name}`,
  ].filter((part) => part !== undefined && part !== "");
  const [leaf] = tls.chain;
  return [
    ...(session.length === 0 ? [] : [["TLS", escapeText(session.join(", "))] as const]),
    ...(leaf === undefined ? [] : [["certificate", describeCertificate(leaf)] as const]),
    ["trust", trust(tls)],
  ];
}

function trust({ trusted, trust_error }: TlsReport): string {
  if (trusted) return "a client that checks certificates goes on";
  const why = trust_error === undefined ? "" : `: ${escapeText(trust_error)}`;
  return `a client that checks certificates stops here${why}`;
}

function describeCertificate(leaf: CertificateReport): string {
  const day = (time: string) => time.slice(0, 10);
  const more = leaf.names.length - NAMES_SHOWN;
  const names = [...leaf.names.slice(0, NAMES_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
  return escapeText([
    leaf.subject || "without a subject",
    ...(names === "" ? [] : [`for ${names}`]),
    leaf.self_signed ? "self-signed" : `issued by ${leaf.issuer}`,
    `valid from ${day(leaf.not_before)} to ${day(leaf.not_after)}`,
  ].join("; "));
}
