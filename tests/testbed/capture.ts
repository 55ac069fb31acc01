/** Captures of what the client puts on the wire, taken apart by tshark. */
import { succeed } from "./command.ts";
import type { Testbed } from "./testbed.ts";

const LUA = decodeURIComponent(new URL("iketcp.lua", import.meta.url).pathname);

/** A packet as tshark shows it: the values of each field asked for (a field may occur several times in one packet). */
export type Dissected<F extends string> = Readonly<Record<F, readonly string[]>>;

/** A finished capture. */
export class Capture {
  constructor(readonly file: string, readonly tcpPorts: readonly number[]) {}

  #tshark(...words: string[]): Promise<string> {
    const ports = this.tcpPorts.length === 0 ? [] : ["-X", `lua_script1:${this.tcpPorts.join()}`];
    return succeed(["tshark", "-X", `lua_script:${LUA}`, ...ports, "-r", this.file, ...words]);
  }

  /**
   * The packets that a display filter selects.
   *
   * @param filter `isakmp and ip.src == 10.77.0.2`
   * @param fields names of tshark fields
   */
  async dissect<F extends string>(filter: string, fields: readonly F[]): Promise<Dissected<F>[]> {
    const words = fields.flatMap((field) => ["-e", field]);
    // one line a packet, fields parted by tabs, several values of a field by the unit separator
    const text = await this.#tshark("-Y", filter, "-T", "fields", "-E", "aggregator=\x1f", ...words);
    return text.split("\n").filter((line) => line !== "").map((line) => {
      const columns = line.split("\t");
      const entries = fields.map((field, i) => [field, (columns[i] ?? "").split("\x1f").filter((v) => v !== "")]);
      return Object.fromEntries(entries);
    });
  }

  /**
   * What tshark finds wrong with any packet when it trusts nothing: malformed ones, expert errors, wrong checksums, and
   * sequence numbers that do not fit each other; one line each.
   *
   * @param options.contents False: messages may be as wrong as they like, just their packets may not
   */
  async suspicions({ contents = true } = {}): Promise<string[]> {
    const checks = ["ip", "udp", "tcp"].flatMap((protocol) => ["-o", `${protocol}.check_checksum:TRUE`]);
    const wrong = [
      ...contents ? ["_ws.malformed", "_ws.expert.severity == error"] : [],
      "(tcp.analysis.flags and not tcp.analysis.reused_ports)",
      ...["ip", "udp", "tcp", "icmp", "icmpv6"].map((protocol) => `${protocol}.checksum.status == bad`),
    ];
    const words = ["-e", "frame.number", "-e", "_ws.col.Info", "-e", "_ws.expert.message"];
    const text = await this.#tshark(...checks, "-Y", wrong.join(" or "), "-T", "fields", ...words);
    return text.split("\n").filter((line) => line !== "");
  }

  /** What tshark finds wrong with the packets of a filter: malformed ones and expert errors, one line each. */
  async complaints(filter: string): Promise<string[]> {
    const wrong = `(${filter}) and (_ws.malformed or _ws.expert.severity == error or iketcp.bad)`;
    const text = await this.#tshark("-Y", wrong, "-T", "fields", "-e", "frame.number", "-e", "_ws.col.Info");
    return text.split("\n").filter((line) => line !== "");
  }
}

/**
 * Captures the client's packets while something happens.
 *
 * @param bed the testbed
 * @param during what happens
 * @param options `tcpPorts`: ports besides 4500 that carry RFC 9329
 */
export async function capture(
  bed: Testbed,
  during: () => Promise<void>,
  options: { readonly tcpPorts?: readonly number[] } = {},
): Promise<Capture> {
  const file = `${bed.stateDir}/capture-${crypto.randomUUID()}.pcap`;
  const args = [
    "netns",
    "exec",
    `${bed.prefix}-client`,
    "tcpdump",
    "-Z",
    "root",
    "-i",
    "eth0",
    "--immediate-mode",
    "-U",
  ];
  const tcpdump = new Deno.Command("ip", {
    args: [...args, "-w", file],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  })
    .spawn();
  const messages = tcpdump.stderr.pipeThrough(new TextDecoderStream());
  const reader = messages.getReader();
  let said = "";
  while (!said.includes("listening on")) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`Cannot capture: ${said}`);
    said += value;
  }
  try {
    await during();
    // what is on its way to the file
    await new Promise((resolve) => setTimeout(resolve, 300));
  } finally {
    tcpdump.kill("SIGINT");
    await tcpdump.status;
    await reader.cancel();
  }
  return new Capture(file, options.tcpPorts ?? []);
}
