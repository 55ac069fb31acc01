/** `--pcap`, read by Wireshark's dissectors and by libpcap, and held against what tcpdump saw at the same time. */
import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { ReportCapture } from "../../lib/capture/mod.ts";
import { FAULTS } from "../../lib/gateway/faults/names.ts";
import type { Report } from "../../lib/model/mod.ts";
import { assemble } from "../../lib/report/assemble.ts";
import { concatBytes } from "../../lib/wire/mod.ts";
import { faultExample } from "../gateway/fault_examples.ts";
import { runSimulated } from "../report/simulated.ts";
import {
  Capture,
  capture,
  CLIENT4,
  GATEWAY4,
  GATEWAY6,
  gatewaySuite,
  NOBODY4,
  probe,
  succeed,
  type Testbed,
  tool,
} from "../testbed/mod.ts";

/** Probes with `--pcap`, while tcpdump looks. */
async function both(bed: Testbed, ...args: string[]): Promise<{ made: Capture; real: Capture; report: Report }> {
  const file = `${bed.stateDir}/made-${crypto.randomUUID()}.pcapng`;
  let report: Report | undefined;
  const real = await capture(bed, async () => {
    report = (await probe(bed, "--pcap", file, ...args)).report;
  });
  return { made: new Capture(file, real.tcpPorts), real, report: report! };
}

/** Payloads of the datagrams of a capture, and whole streams, with whose they are. */
async function octetsOf(packets: Capture): Promise<{ udp: string[]; tcp: Record<string, string> }> {
  const udp = await packets.dissect("udp and !icmp and !icmpv6", ["udp.srcport", "udp.dstport", "udp.payload"]);
  const tcp: Record<string, string> = {};
  for (const packet of await packets.dissect("tcp.len > 0", ["tcp.srcport", "tcp.dstport", "tcp.payload"])) {
    const key = `${packet["tcp.srcport"]} ${packet["tcp.dstport"]}`;
    tcp[key] = (tcp[key] ?? "") + packet["tcp.payload"].join("");
  }
  return { udp: udp.map((packet) => Object.values(packet).join(" ")).toSorted(), tcp };
}

/** How connections began and ended: the flags of segments without data, by ports. */
async function handshakes(packets: Capture): Promise<string[]> {
  const found = await packets.dissect("tcp.flags.syn == 1 or tcp.flags.reset == 1", [
    "tcp.srcport",
    "tcp.dstport",
    "tcp.flags",
  ]);
  return [...new Set(found.map((packet) => Object.values(packet).join(" ")))].toSorted();
}

gatewaySuite("pcap", (test) => {
  for (const [family, address] of [["IPv4", GATEWAY4], ["IPv6", GATEWAY6]] as const) {
    test(`it holds what tcpdump saw, octet by octet (${family})`, ["libreswan"], async (bed) => {
      const { made, real, report } = await both(bed, address);
      assertEquals(await made.suspicions(), []);
      assertEquals(await octetsOf(made), await octetsOf(real));
      assertEquals(await handshakes(made), await handshakes(real));
      const names = await made.dissect("frame", ["frame.interface_name"]);
      const ids = report.paths.map(({ id }) => id);
      for (const { "frame.interface_name": [name] } of names) assert(ids.includes(name ?? ""), name);
      assert(await succeed(["tcpdump", "-nr", made.file]) !== "", "libpcap reads it");
    });
  }

  test("its times are those of the wire, within what a busy machine takes", ["libreswan"], async (bed) => {
    await bed.profile("open", [], { rtt: 40 });
    const { made, real } = await both(bed, "--paths", "udp-500,tcp-4500", GATEWAY4);
    const times = async (packets: Capture) => {
      const fields = ["frame.time_epoch", "isakmp.ispi", "isakmp.rspi", "isakmp.exchangetype", "isakmp.flags"] as const;
      const found = await packets.dissect("isakmp", fields);
      return new Map(
        found.map(({ "frame.time_epoch": [time], ...rest }) => [Object.values(rest).join(), Number(time)]),
      );
    };
    const [ours, theirs] = [await times(made), await times(real)];
    assertGreater(ours.size, 3);
    assertEquals([...ours.keys()].toSorted(), [...theirs.keys()].toSorted());
    const shifts = [...ours].map(([key, time]) => time - theirs.get(key)!);
    // The clock of the report begins a moment before the run's; what is between packets is exact.
    assertLess(Math.max(...shifts) - Math.min(...shifts), 0.03, shifts.join());
  });

  test(
    "UDP 500 and 4500 are ISAKMP to Wireshark as it is; RFC 9329 is TCP to version 4.0",
    ["libreswan"],
    async (bed) => {
      const { made } = await both(bed, "--groups", "MODP2048", GATEWAY4);
      const plain = async (filter: string, ...more: string[]) => {
        const text = await succeed([
          "tshark",
          ...more,
          "-r",
          made.file,
          "-Y",
          filter,
          "-T",
          "fields",
          "-e",
          "_ws.col.Protocol",
        ]);
        return text.split("\n").filter((line) => line !== "");
      };
      for (const port of [500, 4500]) assertEquals(await plain(`udp.port == ${port}`), ["ISAKMP", "ISAKMP"]);
      assertEquals(new Set(await plain("tcp.port == 4500")), new Set(["TCP"]));
      assertEquals(new Set(await plain("tcp.len > 0 and tcp.port == 4500")), new Set(["TCP"]));
      assertEquals((await made.dissect("isakmp and tcp.port == 4500", ["isakmp.exchangetype"])).length, 4);
    },
  );

  test("other ports need Decode As, as the interface's comment says", ["libreswan", { noConn: true }], async (bed) => {
    const file = `${bed.stateDir}/ports.pcapng`;
    await probe(bed, "--quick", "--paths", "udp-5500/bare,udp-14500", "--pcap", file, GATEWAY4);
    const asked = ["-d", "udp.port==5500,isakmp", "-d", "udp.port==14500,udpencap"];
    const text = await succeed([
      "tshark",
      ...asked,
      "-r",
      file,
      "-Y",
      "isakmp and udp",
      "-T",
      "fields",
      "-e",
      "udp.dstport",
    ]);
    assertEquals([...new Set(text.trim().split("\n"))].toSorted(), ["14500", "5500"]);
    const about = await succeed(["capinfos", file]);
    for (const words of ["udp.port==5500,isakmp", "udp.port==14500,udpencap"]) assert(about.includes(words), words);
  });

  for (
    const [profile, args, what] of [
      ["reset-iketcp", [], "a middlebox that resets RFC 9329"],
      ["reject-udp", ["admin"], "a router that forbids UDP, with ICMP errors"],
      ["drop-udp", [], "datagrams that get no answer"],
      ["reset-tcp", [], "SYNs that are refused"],
      ["drop-tcp", [], "SYNs that get no answer"],
    ] as const
  ) {
    for (const address of profile === "reject-udp" ? [GATEWAY4, GATEWAY6] : [GATEWAY4]) {
      test(`nothing in it is suspicious to tshark: ${what} (${address})`, ["libreswan"], async (bed) => {
        await bed.profile(profile, args);
        const { made, real, report } = await both(bed, address);
        assertEquals(await made.suspicions(), []);
        // What the kernel repeats by itself, and what came after the end, is only in the real one.
        const [ours, theirs] = [await octetsOf(made), await octetsOf(real)];
        for (const datagram of ours.udp) assert(theirs.udp.includes(datagram), datagram);
        for (const [ports, octets] of Object.entries(ours.tcp)) {
          assert(octets.startsWith(theirs.tcp[ports] ?? "") || (theirs.tcp[ports] ?? "").startsWith(octets), ports);
        }
        const comments = (await made.dissect("frame.comment", ["frame.comment"])).flatMap((p) => p["frame.comment"])
          .join("\n");
        for (const { code, severity, confidence } of report.findings) {
          assert(comments.includes(`${severity} ${code} (${confidence}): `), `${code} in\n${comments}`);
        }
        if (profile === "reject-udp") {
          const errors = await made.dissect("icmp or icmpv6.type < 128", ["ip.src", "ipv6.src"]);
          assertGreater(errors.length, 0);
        }
      });
    }
  }

  test("an interrupted run keeps what there was", undefined, async (bed) => {
    const file = `${bed.stateDir}/interrupted.pcapng`;
    const run = tool(bed, ["probe", "--timeout", "20", "--pcap", file, NOBODY4]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    // Only this run's process has the file's name among its arguments.
    const found = await succeed(["sh", "-c", `grep -lsF "${file}" /proc/[0-9]*/cmdline | grep -o '[0-9]*'`]);
    for (const pid of found.trim().split("\n")) {
      const name = await Deno.readTextFile(`/proc/${pid}/comm`).catch(() => "");
      if (/^(deno|ike-tcp)/.test(name)) Deno.kill(Number(pid), "SIGINT");
    }
    assertEquals((await run).code, 3);
    const packets = await new Capture(file, []).dissect(`ip.src == ${CLIENT4}`, ["frame.number"]);
    assertGreater(packets.length, 1);
  });

  test("every fault of the project's own gateway makes a capture without suspicions", undefined, async (bed) => {
    const made = new ReportCapture();
    const blocks: Uint8Array[] = [];
    let paths = 0;
    for (const fault of FAULTS) {
      const report = assemble(await runSimulated([faultExample(fault)], { timeoutMs: 1000 }));
      paths += report.paths.length;
      blocks.push(...made.add(report, Date.parse(report.started) * 1000));
    }
    const file = `${bed.stateDir}/faults.pcapng`;
    await Deno.writeFile(file, concatBytes(...blocks));
    assertEquals(await new Capture(file, []).suspicions({ contents: false }), []);
    const found = await new Capture(file, []).dissect("frame", ["frame.interface_id"]);
    const last = Math.max(...found.map((packet) => Number(packet["frame.interface_id"])));
    assert(last < paths && last > paths - 6, `${last} of ${paths}`);
  });
});
