/** Which certificate a TLS listener shows: the given one, or one made at start, as faults want it. */
import { selfSigned } from "./certificate.ts";
import type { CertificateChange, Fault } from "./faults/fault.ts";
import type { Credentials, GatewayHost } from "./host.ts";
import type { GatewayOptions } from "./options.ts";

const DAY_MS = 86_400_000;

/** See the file's head. A fault that changes the certificate has one made, even when one was given. */
export function credentialsFor(
  options: Pick<GatewayOptions, "credentials" | "tlsName">,
  faults: readonly Fault[],
  host: Pick<GatewayHost, "random" | "today">,
): Promise<Credentials> {
  const changes = faults.flatMap(({ certificate }) => certificate === undefined ? [] : [certificate]);
  if (options.credentials !== undefined && changes.length === 0) return Promise.resolve(options.credentials);
  const change: CertificateChange = Object.assign({}, ...changes);
  const today = host.today().getTime();
  const end = change.expired ? today - DAY_MS : today + 365 * DAY_MS;
  return selfSigned({
    name: change.name ?? options.tlsName ?? "vpn.example",
    notBefore: new Date(end - 366 * DAY_MS),
    notAfter: new Date(end),
    serial: host.random(16),
  });
}
