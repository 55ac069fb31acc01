/**
 * X.509 certificates (RFC 5280) as the report shows them. Read here rather than by the runtime: runtimes differ in what
 * they show of a certificate, and in how they spell it.
 */
import type { TLSSocket } from "node:tls";
import type { CertificateReport } from "../../model/mod.ts";
import { formatAddress, hex } from "../../wire/mod.ts";
import { type Element, readElement, readElements, readOid, readText, readTime, TAG } from "./der.ts";

/** Certificates as a server sent them, the leaf first. */
export type Chain = readonly CertificateReport[];

/** Certificates of one chain that are looked at. */
const LONGEST_CHAIN = 10;

/** What `getPeerCertificate(true)` gives, as far as runtimes agree. */
interface PeerCertificate {
  readonly raw?: Uint8Array;
  readonly issuerCertificate?: PeerCertificate;
}

/** The chain of a session, as far as the runtime shows it; it ends before a certificate that does not parse. */
export async function chainOf(socket: TLSSocket): Promise<Chain> {
  const chain: CertificateReport[] = [];
  for (const der of encodedChain(socket)) {
    const certificate = await readCertificate(der);
    if (certificate === undefined) break;
    chain.push(certificate);
  }
  return chain;
}

function encodedChain(socket: TLSSocket): Uint8Array<ArrayBuffer>[] {
  const encoded: Uint8Array<ArrayBuffer>[] = [];
  try {
    let at: PeerCertificate | undefined = socket.getPeerCertificate(true);
    while (at?.raw !== undefined && encoded.length < LONGEST_CHAIN) {
      encoded.push(Uint8Array.from(at.raw));
      // A self-signed certificate is its own issuer.
      at = at.issuerCertificate === at ? undefined : at.issuerCertificate;
    }
  } catch {
    // Older runtimes know certificates of their own sockets only.
  }
  return encoded;
}

/** A certificate's report, from DER; undefined when it does not parse. */
export async function readCertificate(der: Uint8Array<ArrayBuffer>): Promise<CertificateReport | undefined> {
  const fingerprint = new Uint8Array(await crypto.subtle.digest("SHA-256", der));
  try {
    return { ...readBody(der), fingerprint_sha256: hex(fingerprint) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** TBSCertificate (RFC 5280 §4.1): version, serial number, algorithm, issuer, validity, subject, key, extensions. */
function readBody(der: Uint8Array): Omit<CertificateReport, "fingerprint_sha256"> {
  const fields = readElements(readElement(readElement(der).content).content);
  if (fields[0]?.tag === TAG.CONTEXT_0) fields.shift();
  const [, , issuer, validity, subject] = fields;
  if (issuer === undefined || validity === undefined || subject === undefined) {
    throw new RangeError("Cannot read certificate: fields are missing");
  }
  const [notBefore, notAfter] = readElements(validity.content);
  if (notBefore === undefined || notAfter === undefined) throw new RangeError("Cannot read certificate: no validity");
  const extensions = fields.find(({ tag }) => tag === TAG.CONTEXT_3);
  return {
    subject: readName(subject),
    issuer: readName(issuer),
    names: extensions === undefined ? [] : alternativeNames(extensions),
    not_before: readTime(notBefore),
    not_after: readTime(notAfter),
    self_signed: hex(subject.content) === hex(issuer.content),
  };
}

/** Short names of attribute types (RFC 4514 §3, and others that are common). */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "street",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.25": "DC",
  "1.2.840.113549.1.9.1": "emailAddress",
};

/** `O=Example, CN=vpn.example`: a Name (RFC 5280 §4.1.2.4), in the order of the certificate. */
function readName(name: Element): string {
  return readElements(name.content).flatMap((relative) => readElements(relative.content)).map((attribute) => {
    const [type, value] = readElements(attribute.content);
    if (type?.tag !== TAG.OID || value === undefined) throw new RangeError("Cannot read certificate: a name is none");
    const oid = readOid(type.content);
    return `${ATTRIBUTES[oid] ?? oid}=${readText(value)}`;
  }).join(", ");
}

const SUBJECT_ALT_NAME = "2.5.29.17";
/** GeneralName (RFC 5280 §4.2.1.6): rfc822Name [1], dNSName [2], uniformResourceIdentifier [6], iPAddress [7]. */
const GENERAL_NAME = { EMAIL: 0x81, DNS: 0x82, URI: 0x86, ADDRESS: 0x87 } as const;

/** The names that somebody could connect to, and others that are text. */
function alternativeNames(extensions: Element): string[] {
  for (const extension of readElements(readElement(extensions.content).content)) {
    const parts = readElements(extension.content);
    const value = parts.at(-1);
    if (value === undefined || parts[0]?.tag !== TAG.OID || readOid(parts[0].content) !== SUBJECT_ALT_NAME) continue;
    return readElements(readElement(value.content).content).flatMap(generalName);
  }
  return [];
}

function generalName(name: Element): string[] {
  const { tag, content } = name;
  if (tag === GENERAL_NAME.ADDRESS) {
    return content.length === 4 || content.length === 16 ? [formatAddress(content)] : [];
  }
  const isText = tag === GENERAL_NAME.DNS || tag === GENERAL_NAME.EMAIL || tag === GENERAL_NAME.URI;
  return isText ? [readText(name)] : [];
}
