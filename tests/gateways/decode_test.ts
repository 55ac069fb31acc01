/** `decode` against real captures and real programs' hexdumps; tshark is the other opinion. */
import { assert, assertEquals, assertGreater } from "@std/assert";
import type { DecodeDocument } from "../../lib/decode/document.ts";
import {
  type Capture,
  capture,
  GATEWAY4,
  GATEWAY6,
  gatewaySuite,
  probe,
  ROUTER4,
  succeed,
  type Testbed,
  tool,
} from "../testbed/mod.ts";

/** What `decode --format json` says. */
async function decode(bed: Testbed, file: string, ...options: string[]): Promise<DecodeDocument> {
  const { code, stdout, stderr } = await tool(bed, ["decode", "--format", "json", ...options, file]);
  const document = JSON.parse(stdout) as DecodeDocument;
  assertEquals([code, stderr], [document.exit, ""]);
  return document;
}

/** Who says what, as tshark sees it: one line for each message, in no order. */
async function dissected(packets: Capture): Promise<string[]> {
  const fields = [
    "isakmp.ispi",
    "isakmp.rspi",
    "isakmp.exchangetype",
    "isakmp.messageid",
    "isakmp.flags",
    "isakmp.length",
  ] as const;
  const found = await packets.dissect("isakmp.exchangetype and !icmp and !icmpv6", [...fields, "frame.number"]);
  return found.map((packet) =>
    [
      packet["isakmp.ispi"][0],
      packet["isakmp.rspi"][0],
      ...["isakmp.exchangetype", "isakmp.messageid", "isakmp.flags", "isakmp.length"].map((field) =>
        Number(packet[field as keyof typeof packet][0])
      ),
      packet["frame.number"][0],
    ].join()
  ).toSorted();
}

/** Of versions that tshark reads. */
function told({ messages }: DecodeDocument): string[] {
  return messages.filter(({ header }) => header?.version === "2.0").map(({ header, packets }) =>
    [
      header?.initiator_spi,
      header?.responder_spi,
      header?.exchange.id,
      header?.message_id,
      header?.flags,
      header?.length,
      packets?.at(-1),
    ].join()
  ).toSorted();
}

gatewaySuite("decode", (test) => {
  for (const [family, address] of [["IPv4", GATEWAY4], ["IPv6", GATEWAY6]] as const) {
    test(
      `a capture of tcpdump: the messages that tshark sees, in the same packets (${family})`,
      ["libreswan"],
      async (bed) => {
        const packets = await capture(bed, async () => void await probe(bed, "--groups", "X25519,MODP2048", address));
        const document = await decode(bed, packets.file);
        assertEquals([document.exit, document.counts.broken, document.form], [0, 0, "pcap"]);
        assertGreater(document.messages.length, 10);
        assertEquals(told(document), await dissected(packets));
        assert(document.messages.some(({ transport, what }) => transport === "tcp" && what === "IKE_AUTH request: SK"));
      },
    );
  }

  test("any form of the file is the same capture", ["libreswan"], async (bed) => {
    const packets = await capture(bed, async () => void await probe(bed, GATEWAY4));
    const whole = told(await decode(bed, packets.file));
    const other = `${bed.stateDir}/other`;
    for (const form of ["pcapng", "nsecpcap", "pcap"]) {
      await succeed(["editcap", "-F", form, packets.file, other]);
      assertEquals(told(await decode(bed, other)), whole, form);
    }
    await succeed(["sh", "-c", 'gzip -c "$0" > "$1"', packets.file, other]);
    assertEquals(told(await decode(bed, other)), whole, "gzip");
    assertGreater(whole.length, 5);
  });

  test("a narrow link: datagrams in fragments", ["libreswan"], async (bed) => {
    // A narrow link for IPv4 alone: IPv6 has none below 1280.
    const route = ["route", "replace", "default", "via", ROUTER4, "mtu", "lock", "576"];
    await succeed(["ip", "-n", `${bed.prefix}-client`, ...route]);
    const packets = await capture(bed, async () => void await probe(bed, "--groups", "X25519,MODP2048", GATEWAY4));
    assertGreater((await packets.dissect("ip.flags.mf == 1", ["frame.number"])).length, 0);
    const document = await decode(bed, packets.file);
    assertEquals([document.exit, told(document)], [0, await dissected(packets)]);
    assert(document.messages.some(({ packets }) => packets!.length > 1));
  });

  test("hexdumps of real programs", ["libreswan"], async (bed) => {
    const packets = await capture(bed, async () => void await probe(bed, "--paths", "udp-500,tcp-4500", GATEWAY4));
    const whole = await decode(bed, packets.file);
    const wanted = whole.messages.map(({ data }) => data).toSorted();
    const text = `${bed.stateDir}/dump.txt`;
    const shell = (command: string, ...files: string[]) => succeed(["sh", "-c", command, ...files]);
    for (const command of ['tcpdump -nxr "$0"', 'tcpdump -nXr "$0"', 'tcpdump -nXXr "$0"', 'tshark -x -r "$0"']) {
      await shell(`${command} > "$1" 2>/dev/null`, packets.file, text);
      const { messages, exit } = await decode(bed, text);
      assertEquals([messages.map(({ data }) => data).toSorted(), exit], [wanted, 0], command);
    }
    const message = `${bed.stateDir}/message`;
    const hexOf = whole.messages[0]!.data;
    await Deno.writeFile(message, Uint8Array.from(hexOf.match(/../g)!, (pair) => parseInt(pair, 16)));
    for (const command of ["od -t x1", "od -A x -t x1z", "od -A d -t x1", "od -x", "cat"]) {
      await shell(`${command} "$0" > "$1"`, message, text);
      assertEquals((await decode(bed, text)).messages.map(({ data }) => data), [hexOf], command);
    }
  });

  test("libreswan's own log, which has what it received and sent", ["libreswan", { debug: true }], async (bed) => {
    const log = `${bed.stateDir}/pluto.log`;
    const missing: string[] = [];
    // Pluto's threads write into the same log, now and then into the middle of a dump: then another run is taken.
    for (let run = 0; run < 4; run++) {
      const { report } = await probe(bed, "--groups", "MODP2048", "--paths", "udp-500,udp-4500", GATEWAY4);
      const answers = report.events.flatMap((event) =>
        event.kind === "message" && event.fit === "answer" ? [event.data] : []
      );
      assertEquals(answers.length, 2);
      await Deno.writeTextFile(log, await bed.gateways[0]!.log());
      const { messages } = await decode(bed, log);
      const found = new Set(messages.map(({ data }) => data));
      const lost = answers.filter((data) => !found.has(data));
      if (lost.length === 0) return;
      missing.push(...lost);
    }
    assertEquals(missing, []);
  });

  test("the capture that --pcap writes decodes to what was sent and received", ["libreswan"], async (bed) => {
    const file = `${bed.stateDir}/made.pcapng`;
    const packets = await capture(bed, async () => void await probe(bed, "--pcap", file, GATEWAY4));
    const [made, real] = [await decode(bed, file), await decode(bed, packets.file)];
    assertEquals(made.messages.map(({ data }) => data).toSorted(), real.messages.map(({ data }) => data).toSorted());
    assertEquals([made.exit, made.form, real.form], [0, "pcapng", "pcap"]);
  });
});
