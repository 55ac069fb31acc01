/** A gateway on the simulated network, and a client that says whatever a test wants. */
import { assert } from "@std/assert";
import { encodeFrame, FrameDecoder, STREAM_PREFIX, withMarker } from "../../lib/encap/mod.ts";
import type { Gateway, GatewayEvent } from "../../lib/gateway/mod.ts";
import { type DecodedMessage, decodeMessage, notifyName } from "../../lib/ike/mod.ts";
import type { Arrival, Channel } from "../../lib/net/transport.ts";
import { concatBytes } from "../../lib/wire/mod.ts";
import { runGateway, type SimulatedGatewayOptions, type SimulatedHost, SimulatedNetwork } from "../sim/mod.ts";
import { request } from "../exchange/responder_world.ts";

export const HOST = "203.0.113.2";
export const PREFIX = STREAM_PREFIX;

export interface World {
  readonly network: SimulatedNetwork;
  readonly host: SimulatedHost;
  readonly gateway: Gateway;
  readonly events: GatewayEvent[];
}

/** Runs a test against a gateway, and stops it. */
export async function withGateway(
  options: SimulatedGatewayOptions,
  test: (world: World) => Promise<void>,
): Promise<void> {
  const network = new SimulatedNetwork();
  const host = network.addHost([HOST, "2001:db8::2"]);
  const events: GatewayEvent[] = [];
  const gateway = await runGateway(host, { ...options, onEvent: (event) => events.push(event) });
  try {
    await test({ network, host, gateway, events });
  } finally {
    await gateway.close();
  }
}

/** An IKE message in a frame. */
export function frame(message: Uint8Array): Uint8Array {
  return encodeFrame(withMarker(message));
}

/** A request's octets, and what a stream begins with when that is all. */
export function opening(message = request()): Uint8Array {
  return concatBytes(PREFIX, frame(message));
}

/** A TCP or TLS connection to the gateway. */
export class Client {
  readonly #decoder = new FrameDecoder({ expectPrefix: false });
  readonly #messages: Uint8Array[] = [];

  constructor(readonly network: SimulatedNetwork, readonly channel: Channel) {}

  static async connect({ network }: World, transport: "tcp" | "tls" = "tcp"): Promise<Client> {
    const until = network.clock.now() + 3000;
    const opened = transport === "tcp"
      ? await network.connectTcp({ address: HOST, port: 4500 }, { until })
      : await network.connectTls({ address: HOST, port: 443 }, { until, serverName: "vpn.example" });
    assert(opened.ok, "the connection stands");
    return new Client(network, opened.channel);
  }

  async send(...pieces: Uint8Array[]): Promise<this> {
    for (const piece of pieces) {
      await this.channel.send(piece);
      await this.network.clock.sleep(this.network.clock.now() + 20);
    }
    return this;
  }

  next(ms = 1000): Promise<Arrival | undefined> {
    return this.channel.receive(this.network.clock.now() + ms);
  }

  /** The next IKE message; undefined: the connection ended, or nothing came. */
  async message(ms = 1000): Promise<DecodedMessage | undefined> {
    const octets = await this.octets(ms);
    return octets && decodeMessage(octets);
  }

  /** The octets of the next IKE message. */
  async octets(ms = 1000): Promise<Uint8Array | undefined> {
    while (this.#messages.length === 0) {
      const arrival = await this.next(ms);
      if (arrival?.kind !== "octets") return undefined;
      for (const one of this.#decoder.push(arrival.data)) if (one.kind === "ike") this.#messages.push(one.message);
    }
    return this.#messages.shift();
  }

  /** How it goes on: the kind of the next arrival, or `silence`. */
  async how(ms = 1000): Promise<Arrival["kind"] | "silence"> {
    return (await this.next(ms))?.kind ?? "silence";
  }

  close(): void {
    this.channel.close();
  }
}

/** Everything that comes back over UDP 4500 within a while, without markers. */
export async function askUdp(world: World, message: Uint8Array, ms = 1000, port = 4500): Promise<Uint8Array[]> {
  const { network } = world;
  const opened = await network.openUdp({ address: HOST, port });
  assert(opened.ok);
  await opened.channel.send(port === 500 ? message : withMarker(message));
  const answers: Uint8Array[] = [];
  const until = network.clock.now() + ms;
  for (;;) {
    const arrival = await opened.channel.receive(until);
    if (arrival === undefined) break;
    if (arrival.kind === "octets") answers.push(port === 500 ? arrival.data : arrival.data.slice(4));
  }
  opened.channel.close();
  return answers;
}

/** What an answer says: `accepted`, or the names of its notifies. */
export function says(answer: Uint8Array | DecodedMessage | undefined): string {
  if (answer === undefined) return "nothing";
  const { payloads, header } = answer instanceof Uint8Array ? decodeMessage(answer) : answer;
  if (header?.majorVersion !== 2) return `version ${header?.majorVersion}`;
  if (payloads.some((payload) => payload.kind === "SA")) return "accepted";
  return payloads.flatMap((payload) => payload.kind === "N" ? [notifyName(payload.type)] : []).join(" ") || "empty";
}
