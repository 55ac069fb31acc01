/** Reads version and cipher suite off a ServerHello, which TLS sends in clear (RFC 8446 §4.1.3): the runtime does not always tell. */

/** What a ServerHello says. */
export interface ServerHello {
  readonly version: string;
  readonly cipher: string;
}

const VERSION: Readonly<Record<number, string>> = {
  0x0301: "TLSv1",
  0x0302: "TLSv1.1",
  0x0303: "TLSv1.2",
  0x0304: "TLSv1.3",
};

/** Suites that clients of today are given (IANA "TLS Cipher Suites"). */
const CIPHER: Readonly<Record<number, string>> = {
  0x1301: "TLS_AES_128_GCM_SHA256",
  0x1302: "TLS_AES_256_GCM_SHA384",
  0x1303: "TLS_CHACHA20_POLY1305_SHA256",
  0xc02b: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
  0xc02c: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  0xc02f: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  0xc030: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  0xcca8: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
  0xcca9: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
};

const HANDSHAKE = 22;
const SERVER_HELLO = 2;
const SUPPORTED_VERSIONS = 43;

/** Undefined while there are too few octets, and for what is no ServerHello. */
export function readServerHello(octets: Uint8Array): ServerHello | undefined {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  // Record header 5, handshake header 4, legacy version 2, random 32, session ID length 1.
  if (octets.length < 44 || octets[0] !== HANDSHAKE || octets[5] !== SERVER_HELLO) return undefined;
  const afterId = 44 + octets[43]!;
  if (octets.length < afterId + 3) return undefined;
  const suite = view.getUint16(afterId);
  const version = supportedVersion(view, afterId + 3) ?? view.getUint16(9);
  return { version: VERSION[version] ?? `version ${hex4(version)}`, cipher: CIPHER[suite] ?? `suite ${hex4(suite)}` };
}

function supportedVersion(view: DataView, at: number): number | undefined {
  if (view.byteLength < at + 2) return undefined;
  const end = Math.min(view.byteLength, at + 2 + view.getUint16(at));
  for (let offset = at + 2; offset + 4 <= end;) {
    const length = view.getUint16(offset + 2);
    if (view.getUint16(offset) === SUPPORTED_VERSIONS && length === 2 && offset + 6 <= end) {
      return view.getUint16(offset + 4);
    }
    offset += 4 + length;
  }
  return undefined;
}

function hex4(n: number): string {
  return `0x${n.toString(16).padStart(4, "0")}`;
}
