/** Makes a self-signed certificate (RFC 5280) with an ECDSA P-256 key, for TLS listeners that were given none. */
import { addressBytes, concatBytes } from "../wire/mod.ts";
import { isAddress } from "../wire/address.ts";
import { bits, element, oid, pem, sequence, time, unsigned, utf8 } from "./der.ts";
import type { Credentials } from "./host.ts";

const ECDSA_WITH_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));

/** What is in it. */
export interface CertificateOptions {
  /** Subject, issuer and alternative name: a DNS name or an IP address. */
  readonly name: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** 8 octets at least, random. */
  readonly serial: Uint8Array;
}

function commonName(name: string): Uint8Array {
  return sequence(element(0x31, sequence(oid("2.5.4.3"), utf8(name))));
}

/** subjectAltName: dNSName [2] or iPAddress [7] (RFC 5280 §4.2.1.6). */
function alternativeName(name: string): Uint8Array {
  const value = isAddress(name) ? element(0x87, addressBytes(name)) : element(0x82, new TextEncoder().encode(name));
  return sequence(oid("2.5.29.17"), element(4, sequence(value)));
}

/** ECDSA-Sig-Value (RFC 3279 §2.2.3) of WebCrypto's r | s. */
function signatureValue(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  return sequence(unsigned(raw.subarray(0, half)), unsigned(raw.subarray(half)));
}

/** Key and certificate, as PEM. */
export async function selfSigned(options: CertificateOptions): Promise<Credentials> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const [spki, pkcs8] = await Promise.all([
    crypto.subtle.exportKey("spki", keys.publicKey),
    crypto.subtle.exportKey("pkcs8", keys.privateKey),
  ]);
  const serial = concatBytes(options.serial);
  // RFC 5280 §4.1.2.2: positive.
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const name = commonName(options.name);
  const body = sequence(
    element(0xa0, element(2, Uint8Array.of(2))),
    unsigned(serial),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(options.notBefore), time(options.notAfter)),
    name,
    new Uint8Array(spki),
    element(0xa3, sequence(alternativeName(options.name))),
  );
  const signature = await crypto.subtle.sign(algorithm, keys.privateKey, concatBytes(body));
  const certificate = sequence(body, ECDSA_WITH_SHA256, bits(signatureValue(new Uint8Array(signature))));
  return { cert: pem("CERTIFICATE", certificate), key: pem("PRIVATE KEY", new Uint8Array(pkcs8)) };
}
