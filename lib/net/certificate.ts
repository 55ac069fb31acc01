/** X.509 certificates as the report shows them, and why a client that checks them would refuse. */
import { X509Certificate } from "node:crypto";
import type { CertificateReport } from "../model/mod.ts";
import { hex, isAddress } from "../wire/mod.ts";

/** @param der Undefined is answered when it does not parse. */
export async function reportCertificate(der: Uint8Array): Promise<CertificateReport | undefined> {
  try {
    const certificate = new X509Certificate(der as never);
    const fingerprint = new Uint8Array(await crypto.subtle.digest("SHA-256", der as Uint8Array<ArrayBuffer>));
    return {
      subject: oneLine(certificate.subject),
      issuer: oneLine(certificate.issuer),
      names: alternativeNames(certificate.subjectAltName),
      not_before: rfc3339(certificate.validFrom),
      not_after: rfc3339(certificate.validTo),
      fingerprint_sha256: hex(fingerprint),
      self_signed: certificate.subject === certificate.issuer,
    };
  } catch {
    return undefined;
  }
}

function oneLine(name: string | undefined): string {
  return (name ?? "").trim().split("\n").join(", ");
}

function alternativeNames(text: string | undefined): string[] {
  if (!text) return [];
  return text.split(", ").map((part) => {
    const [, kind, value] = /^(DNS|IP Address|IP|URI|email):(.*)$/s.exec(part) ?? [];
    return kind?.startsWith("IP") ? hexAddress(value!) : value ?? part;
  });
}

/** One runtime writes `7F000001` where another writes `127.0.0.1`. */
function hexAddress(value: string): string {
  if (/^[0-9a-f]{8}$/i.test(value)) return value.match(/../g)!.map((o) => parseInt(o, 16)).join(".");
  if (/^[0-9a-f]{32}$/i.test(value)) return value.match(/.{4}/g)!.join(":").toLowerCase();
  return value;
}

/** Empty when the runtime's text is no date. */
function rfc3339(text: string): string {
  const time = Date.parse(text.replace(" +00:00", " GMT"));
  return Number.isNaN(time) ? "" : new Date(time).toISOString().replace(".000Z", "Z");
}

/** Does one of the certificate's names cover the host (RFC 6125 §6.4: a wildcard stands for one whole leftmost label)? */
export function coversHost(names: readonly string[], host: string): boolean {
  const wanted = host.toLowerCase().replace(/\.$/, "");
  if (isAddress(wanted)) return names.some((name) => name.toLowerCase() === wanted);
  return names.some((name) => {
    const pattern = name.toLowerCase();
    if (pattern === wanted) return true;
    const dot = wanted.indexOf(".");
    return pattern.startsWith("*.") && dot > 0 && wanted.slice(dot) === pattern.slice(1);
  });
}

/**
 * The first reason for which a client would refuse, told from the leaf itself; undefined when only the chain can be at
 * fault.
 *
 * @param now Milliseconds since the epoch.
 */
export function leafFault(leaf: CertificateReport, host: string, now: number): string | undefined {
  if (leaf.not_after !== "" && Date.parse(leaf.not_after) < now) return `expired on ${leaf.not_after}`;
  if (leaf.not_before !== "" && Date.parse(leaf.not_before) > now) return `not valid before ${leaf.not_before}`;
  if (!coversHost(leaf.names, host)) {
    return `issued for ${leaf.names.length > 0 ? leaf.names.join(", ") : "no name at all"}, not for ${host}`;
  }
  return leaf.self_signed ? "self-signed" : undefined;
}
