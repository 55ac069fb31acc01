/**
 * A network that leads nowhere else than the allow-list does, for one run: whatever a probe has read in a REDIRECT, or a name
 * server has thought of since it was asked, is checked here, where sockets are opened.
 */
import { canonicalAddress, splitZone } from "../wire/mod.ts";
import type { Endpoint } from "../model/mod.ts";
import type { ConnectOptions, Network, Opened, OpenOptions, Resolved, TlsOptions } from "../net/transport.ts";
import type { AllowList, Refusal } from "./allow.ts";

/** See the file's head. */
export class GuardedNetwork implements Network {
  readonly clock: Network["clock"];
  readonly sight: Network["sight"];
  readonly searchNat?: NonNullable<Network["searchNat"]>;
  readonly #resolved = new Map<string, Promise<Resolved>>();
  /** Addresses that a name leads to and may lead to. */
  readonly #allowed = new Set<string>();

  constructor(readonly network: Network, readonly allow: AllowList) {
    this.clock = network.clock;
    this.sight = network.sight;
    if (network.searchNat !== undefined) this.searchNat = network.searchNat.bind(network);
  }

  random(length: number): Uint8Array {
    return this.network.random(length);
  }

  /** A name is asked for once in a run: what was checked is what is probed. */
  resolve(name: string, family?: 4 | 6): Promise<Resolved> {
    const key = `${family ?? ""} ${name}`;
    const known = this.#resolved.get(key) ?? this.#resolve(name, family);
    this.#resolved.set(key, known);
    return known;
  }

  /** Why one of the addresses of a target must not be probed; undefined where all may be. */
  refuses(host: string, resolved: Resolved): Refusal | undefined {
    if (!resolved.ok) return undefined;
    const why = resolved.addresses.map(({ address }) =>
      bare(host) === bare(address) ? this.allow.refusesAddress(address) : this.allow.refusesAddressOf(host, address)
    );
    return why.find((refusal) => refusal !== undefined);
  }

  openUdp(remote: Endpoint, options?: OpenOptions): Promise<Opened> {
    return this.#unlessRefused(remote, () => this.network.openUdp(remote, options));
  }

  connectTcp(remote: Endpoint, options: ConnectOptions): Promise<Opened> {
    return this.#unlessRefused(remote, () => this.network.connectTcp(remote, options));
  }

  connectTls(remote: Endpoint, options: TlsOptions): Promise<Opened> {
    return this.#unlessRefused(remote, () => this.network.connectTls(remote, options));
  }

  async #resolve(name: string, family?: 4 | 6): Promise<Resolved> {
    const resolved = await this.network.resolve(name, family);
    if (!resolved.ok || this.allow.refusesHost(name) !== undefined) return resolved;
    for (const one of resolved.addresses) {
      if (this.refuses(name, { ...resolved, addresses: [one] }) === undefined) this.#allowed.add(bare(one.address));
    }
    return resolved;
  }

  async #unlessRefused({ address }: Endpoint, open: () => Promise<Opened>): Promise<Opened> {
    if (this.#allowed.has(bare(address))) return await open();
    const why = this.allow.refusesAddress(address);
    return why === undefined ? await open() : { ok: false, failure: "permission", detail: why, ms: 0 };
  }
}

/** One spelling of an address, without brackets and zone; a name as it is. */
function bare(host: string): string {
  const { address } = splitZone(host.replace(/^\[(.*)\]$/, "$1"));
  try {
    return canonicalAddress(address);
  } catch {
    return host;
  }
}
