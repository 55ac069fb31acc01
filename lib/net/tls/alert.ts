/** TLS alerts (RFC 8446 §6): by number off the wire, by name out of a library's words. */

/** Names of the alerts, as the RFCs and IANA spell them. */
const ALERTS: ReadonlyMap<number, string> = new Map([
  [0, "close_notify"],
  [10, "unexpected_message"],
  [20, "bad_record_mac"],
  [22, "record_overflow"],
  [40, "handshake_failure"],
  [42, "bad_certificate"],
  [43, "unsupported_certificate"],
  [44, "certificate_revoked"],
  [45, "certificate_expired"],
  [46, "certificate_unknown"],
  [47, "illegal_parameter"],
  [48, "unknown_ca"],
  [49, "access_denied"],
  [50, "decode_error"],
  [51, "decrypt_error"],
  [70, "protocol_version"],
  [71, "insufficient_security"],
  [80, "internal_error"],
  [86, "inappropriate_fallback"],
  [90, "user_canceled"],
  [109, "missing_extension"],
  [110, "unsupported_extension"],
  [112, "unrecognized_name"],
  [113, "bad_certificate_status_response"],
  [115, "unknown_psk_identity"],
  [116, "certificate_required"],
  [120, "no_application_protocol"],
  [121, "ech_required"],
]);

const ALERT_RECORD = 21;
/** TLSPlaintext with an Alert: type, version, length 2, level, description. */
const ALERT_OCTETS = 7;

/** The name of an alert that stands in clear at the beginning of what a server sent. */
export function readAlert(octets: Uint8Array): string | undefined {
  const isAlert = octets.length >= ALERT_OCTETS && octets[0] === ALERT_RECORD && octets[1] === 3 &&
    octets[3] === 0 && octets[4] === 2;
  return isAlert ? ALERTS.get(octets[6]!) ?? `alert ${octets[6]}` : undefined;
}

/** Alerts by their name without separators: one library writes `HandshakeFailure`, another `handshake failure`. */
const BY_LETTERS: ReadonlyMap<string, string> = new Map(
  [...ALERTS.values()].map((name) => [name.replaceAll("_", ""), name]),
);

/** The alert that a library's message tells of, by name. */
export function alertInWords(message: string): string | undefined {
  const [, words] = /alert:? "?([a-z_ ]+)/i.exec(message) ?? /alert[ _](?:number )?([a-z_ ]+)/i.exec(message) ?? [];
  if (words === undefined) return undefined;
  return BY_LETTERS.get(words.toLowerCase().replace(/[^a-z]/g, ""));
}
