/** One testbed: client, routers and gateway in network namespaces of their own, made and removed by `topology`. */
import { type Output, run, type RunOptions, succeed } from "./command.ts";

const HERE = decodeURIComponent(new URL(".", import.meta.url).pathname);

/** The testbed's addresses, as in `common.sh`. */
export const CLIENT4 = "10.77.0.2";
export const CLIENT6 = "fd77::2";
/** The gateway's first and second address of each family. */
export const GATEWAY4 = "203.0.113.2";
export const GATEWAY4B = "203.0.113.3";
export const GATEWAY6 = "2001:db8:77::2";
export const GATEWAY6B = "2001:db8:77::3";
/** The near router, which `profile("dnat")` makes stand for the gateway. */
export const ROUTER4 = "10.77.0.1";
export const ROUTER6 = "fd77::1";
/** An address of the gateway's network that nobody has. */
export const NOBODY4 = "203.0.113.9";

/** The daemons' options, as their scripts know them (`noTcp` becomes `--no-tcp`). */
export interface GatewayOptions {
  libreswan: {
    cookie?: true;
    redirect?: string;
    ike?: string;
    listen?: string;
    name?: string;
    noTcp?: true;
    noEspintcp?: true;
    noConn?: true;
    vendorId?: true;
    debug?: true;
  };
  strongswan: { cookie?: true; dosProtection?: true; vendorId?: true; proposals?: string; noConn?: true };
  openiked: { ikesa?: string; noVendorId?: true; fragmentation?: true };
}

/** `libreswan`, `strongswan` or `openiked`. */
export type GatewayName = keyof GatewayOptions;

/** The transports of the reference client. */
export type PingTransport = "udp500" | "udp4500" | "tcp";

/** A middlebox profile's further settings: round trips in milliseconds, and the TCP port that it looks at. */
export interface ProfileOptions {
  readonly rtt?: number;
  readonly nearRtt?: number;
  readonly port?: number;
}

/** Options of {@linkcode Testbed.ping}. */
export interface PingOptions {
  readonly from?: "client" | "mbox";
  readonly once?: boolean;
}

/** A running daemon. */
export class Gateway {
  /** Where it listens. */
  readonly addresses: readonly string[];
  readonly transports: readonly PingTransport[];
  readonly #name: string | undefined;

  constructor(readonly bed: Testbed, readonly daemon: GatewayName, options: GatewayOptions["libreswan"] = {}) {
    this.addresses = options.listen === undefined ? [GATEWAY4, GATEWAY6] : [options.listen];
    const tcp = daemon === "libreswan" && options.noTcp === undefined && options.noEspintcp === undefined;
    this.transports = tcp ? ["udp500", "udp4500", "tcp"] : ["udp500", "udp4500"];
    this.#name = options.name;
  }

  #script(...words: string[]): Promise<string> {
    return this.bed.script(this.daemon, ...words, ...(this.#name === undefined ? [] : ["--name", this.#name]));
  }

  /** How many half-open SAs it holds (OpenIKED: how many requests it has accepted). */
  async halfOpen(): Promise<number> {
    return Number(await this.#script("half-open"));
  }

  /** Its process. */
  async pid(): Promise<string> {
    return (await this.#script("pid")).trim();
  }

  /** Whether the process that was started still runs. */
  async isAlive(): Promise<boolean> {
    const pid = await this.pid();
    const state = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => undefined);
    return state !== undefined && !state.includes(") Z ");
  }

  log(): Promise<string> {
    return this.#script("log");
  }

  async stop(): Promise<void> {
    await this.#script("stop");
  }
}

/** Client, routers and gateway's host. Made by {@linkcode withTestbed} alone. */
export class Testbed {
  readonly #gateways: Gateway[] = [];

  constructor(readonly prefix: string) {}

  /** Gateways that are running. */
  get gateways(): readonly Gateway[] {
    return this.#gateways;
  }

  /** Where state and logs are. */
  get stateDir(): string {
    return `/run/${this.prefix}`;
  }

  /** Runs one of the testbed's scripts; rejects when it fails. */
  script(name: "topology" | GatewayName, ...words: string[]): Promise<string> {
    return succeed([`${HERE}${name}`, ...words], { env: { TB: this.prefix } });
  }

  /** Starts a daemon; resolves when it answers. */
  async gateway<N extends GatewayName>(daemon: N, options?: GatewayOptions[N]): Promise<Gateway> {
    const words = Object.entries(options ?? {}).flatMap(([key, value]: [string, string | true]) => {
      const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      return value === true ? [flag] : [flag, value];
    });
    await this.script(daemon, "start", ...words);
    const gateway = new Gateway(this, daemon, options as GatewayOptions["libreswan"]);
    this.#gateways.push(gateway);
    return gateway;
  }

  /** Makes the middlebox this one, and nothing else: `profile("drop-udp", [4500], { rtt: 40 })`. */
  async profile(name: string, args: readonly (string | number)[] = [], options: ProfileOptions = {}): Promise<void> {
    const { rtt, nearRtt, port } = options;
    const words = Object.entries({ "--rtt": rtt, "--near-rtt": nearRtt, "--port": port })
      .flatMap(([flag, value]) => value === undefined ? [] : [flag, String(value)]);
    await this.script("topology", "profile", name, ...args.map(String), ...words);
  }

  /** The client's hosts file: these names, each with its addresses. */
  async hosts(names: Readonly<Record<string, readonly string[]>>): Promise<void> {
    const words = Object.entries(names).flatMap(([name, addresses]) => addresses.flatMap((a) => [a, name]));
    await this.script("topology", "hosts", ...words);
  }

  /** Runs a program in the client's namespace. */
  inClient(command: readonly string[], options?: RunOptions): Promise<Output> {
    return this.#inside("client", command, options);
  }

  #inside(namespace: string, command: readonly string[], options?: RunOptions): Promise<Output> {
    return run(["ip", "netns", "exec", `${this.prefix}-${namespace}`, ...command], options);
  }

  /**
   * What the reference client gets: `accepted`, the name of an error notify, or why there was no answer.
   *
   * @param options `from`: it asks from the client's address, or from the middlebox's, which is another one to the gateway;
   * `once`: it does not come back with the cookie that it is given, and gets `COOKIE`
   */
  async ping(transport: PingTransport, address: string = GATEWAY4, options: PingOptions = {}): Promise<string> {
    const { from = "client", once = false } = options;
    const words = [`${HERE}ikeping.py`, "-t", transport, ...(once ? ["--once"] : []), address];
    const { stdout, stderr } = await this.#inside(from, words);
    return stdout.trim().slice(transport.length + 1) || stderr;
  }
}

/**
 * Makes a testbed, hands it to `use`, and takes it down whatever happens.
 *
 * @param use the test
 * @param options `hops` routers, of which the `at`-th is the middlebox
 */
export async function withTestbed(
  use: (bed: Testbed) => Promise<void>,
  options: { readonly hops?: number; readonly at?: number } = {},
): Promise<void> {
  const { hops = 1, at = hops } = options;
  await sweep();
  const nonce = crypto.getRandomValues(new Uint16Array(1))[0] ?? 0;
  const bed = new Testbed(`tb-ike${Deno.pid}x${nonce.toString(16)}`);
  try {
    await bed.script("topology", "up", "--hops", String(hops), "--at", String(at));
    await use(bed);
  } finally {
    await bed.script("topology", "down");
  }
}

/** Takes down what test runs that no longer exist have left behind. */
async function sweep(): Promise<void> {
  for await (const { name } of Deno.readDir("/run")) {
    const pid = /^tb-ike(\d+)x/.exec(name)?.[1];
    if (pid === undefined || await exists(`/proc/${pid}`)) continue;
    await new Testbed(name).script("topology", "down");
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
