/**
 * The world that the examples of the help are run in: a simulated network in which every host is a healthy gateway, whatever
 * its name or address. `run_line.ts` puts {@linkcode systemNetwork} and {@linkcode systemHost} into the place of the
 * program's own, so that no example can reach a host that somebody really has.
 */
import type { Network, Opened, Resolved, TlsOptions } from "../../../lib/net/transport.ts";
import type { GatewayHost } from "../../../lib/gateway/host.ts";
import type { Endpoint } from "../../../lib/model/mod.ts";
import { runGateway } from "../../sim/gateway.ts";
import type { SimulatedHost } from "../../sim/host.ts";
import { SimulatedNetwork } from "../../sim/network.ts";

/** This machine, where `serve` and `demo` listen. */
const HERE = ["127.0.0.1", "::1", "10.77.0.2", "fd77::2"];

/** Gateways come into being when somebody asks for them. */
class ExampleNetwork extends SimulatedNetwork {
  readonly #gateways = new Map<string, Promise<unknown>>();
  readonly #names = new Map<string, readonly string[]>();

  override async resolve(name: string, family?: 4 | 6): Promise<Resolved> {
    if (/^[\d.]+$|:/.test(name)) return await super.resolve(name, family);
    const count = this.#names.size + 1;
    const addresses = this.#names.get(name) ?? [`203.0.113.${count}`, `2001:db8::${count.toString(16)}`];
    this.#names.set(name, addresses);
    const all = addresses.map((address) => ({ address, family: address.includes(":") ? 6 as const : 4 as const }));
    return { ok: true, addresses: all.filter((entry) => family === undefined || entry.family === family), ms: 0.5 };
  }

  override async openUdp(...[remote, options]: Parameters<Network["openUdp"]>): Promise<Opened> {
    await this.#gateway(remote);
    return await super.openUdp(remote, options);
  }

  override async connectTcp(...[remote, options]: Parameters<Network["connectTcp"]>): Promise<Opened> {
    await this.#gateway(remote);
    return await super.connectTcp(remote, options);
  }

  override async connectTls(remote: Endpoint, options: TlsOptions): Promise<Opened> {
    await this.#gateway(remote);
    return await super.connectTls(remote, options);
  }

  async #gateway({ address }: Endpoint): Promise<void> {
    if (HERE.includes(address)) return;
    const starting = this.#gateways.get(address) ?? this.clock.hold(runGateway(this.addHost([address])));
    this.#gateways.set(address, starting);
    await starting;
  }
}

let world: { readonly network: ExampleNetwork; readonly here: SimulatedHost } | undefined;

function theWorld(): NonNullable<typeof world> {
  if (world === undefined) {
    // This machine talks to itself from addresses of its own, as a simulated client has no loopback.
    const network = new ExampleNetwork({ client: ["10.77.0.3", "fd77::3"] });
    world = { network, here: network.addHost(HERE) };
  }
  return world;
}

/** In the place of `lib/net/system.ts`. */
export function systemNetwork(): Network {
  return theWorld().network;
}

/** In the place of `lib/gateway/system_host.ts`. */
export function systemHost(): GatewayHost {
  return theWorld().here;
}
