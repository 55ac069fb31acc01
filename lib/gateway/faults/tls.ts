/** TLS handshakes that fail, and certificates that a client refuses. */
import type { Fault } from "./fault.ts";

/** Alerts by name (RFC 8446 §6). */
export const ALERTS: Readonly<Record<string, number>> = {
  unexpected_message: 10,
  handshake_failure: 40,
  bad_certificate: 42,
  certificate_unknown: 46,
  illegal_parameter: 47,
  access_denied: 49,
  protocol_version: 70,
  insufficient_security: 71,
  internal_error: 80,
  unrecognized_name: 112,
  certificate_required: 116,
  no_application_protocol: 120,
};

/** `tls-expired` */
export function tlsExpired(): Fault {
  return { certificate: { expired: true } };
}

/** `tls-name` */
export function tlsName(name: string): Fault {
  return { certificate: { name } };
}

/** `tls-refuse`: a fatal alert in answer to the ClientHello. */
export function tlsRefuse(alert: string): Fault {
  return {
    async handshake(connection) {
      if (await connection.read() === undefined) return;
      await connection.write(Uint8Array.of(0x15, 3, 3, 0, 2, 2, ALERTS[alert]!));
      connection.close("fin");
    },
  };
}

/** `tls-close` */
export function tlsClose(): Fault {
  return {
    async handshake(connection) {
      await connection.read();
      connection.close("fin");
    },
  };
}

/** `tls-mute` */
export function tlsMute(): Fault {
  return { handshake: (connection) => connection.drain() };
}
