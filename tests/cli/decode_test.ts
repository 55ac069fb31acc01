/** `decode` and `schema decode`, from arguments to output and exit code. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PERMISSIONS } from "../../.ci/permissions.ts";
import { DECODE_SCHEMA_ID, type DecodeDocument } from "../../lib/decode/document.ts";
import { DECODE_SCHEMA } from "../../lib/decode/schema.ts";
import { FrameDecoder } from "../../lib/encap/mod.ts";
import { hexdump } from "../../lib/ike/mod.ts";
import type { Event } from "../../lib/model/mod.ts";
import { assemble } from "../../lib/report/assemble.ts";
import { renderJson } from "../../lib/report/json.ts";
import { concatBytes, hex, unhex } from "../../lib/wire/mod.ts";
import { pcapFile } from "../capture/files.ts";
import { datagram } from "../decode/packets.ts";
import * as captures from "../ike/captures.ts";
import { runSimulated } from "../report/simulated.ts";
import { type Ended, runCli } from "./run_cli.ts";

/** What the command says of a file with these contents; FILE stands for its name. */
async function decode(contents: string | Uint8Array, ...options: string[]): Promise<Ended> {
  const file = await Deno.makeTempFile({ prefix: "decode-" });
  try {
    await Deno.writeFile(file, typeof contents === "string" ? new TextEncoder().encode(contents) : contents);
    const { code, stdout, stderr } = await runCli(["decode", ...options, file]);
    return { code, stdout: stdout.replaceAll(file, "FILE"), stderr: stderr.replaceAll(file, "FILE") };
  } finally {
    await Deno.remove(file);
  }
}

async function gzip(octets: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(
    await new Response(new Blob([octets]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer(),
  );
}

const CAPTURE = pcapFile([{ octets: datagram(500, 500, captures.REQUEST_X25519), ns: 0n }]) as Uint8Array<ArrayBuffer>;

Deno.test("decode: a hexdump, a file of octets and a capture, compressed or not", async () => {
  for (
    const [contents, form] of [
      [hexdump(captures.REQUEST_X25519).join("\n"), "hexdump"],
      [captures.REQUEST_X25519, "octets"],
      [CAPTURE, "pcap, 1 packet"],
      [await gzip(CAPTURE), "pcap, 1 packet"],
    ] as const
  ) {
    const { code, stdout, stderr } = await decode(contents);
    assertEquals([code, stderr], [0, ""]);
    assert(stdout.endsWith(`\nFILE (${form}): 1 IKE message\n`), stdout.slice(-200));
    assertStringIncludes(stdout, "\n    0000   initiatorSpi: 40c4ecdc21cf18b6\n");
  }
});

Deno.test("decode: --brief says where and what, and no fields", async () => {
  const { stdout } = await decode(CAPTURE, "--brief");
  assertEquals(stdout.split("\n").length - 1, 4);
  assert(!stdout.includes("initiatorSpi"));
});

Deno.test("decode: the row with the fault stands once in a dump, also where the fault is behind it", async () => {
  for (const length of [30, 32, 33]) {
    const frame = concatBytes(Uint8Array.of(1, 0), new Uint8Array(length - 2).fill(0x55));
    const { stdout } = await decode(concatBytes(new TextEncoder().encode("IKETCP"), frame));
    const rows = stdout.split("\n").filter((line) => /^ +00[0-9a-f]0 {2}/.test(line)).map((line) => line.slice(4, 8));
    assertEquals(rows, ["0000", "0010", "0020"].slice(0, Math.ceil(length / 16)));
  }
});

Deno.test("decode: broken and empty of IKE is exit code 1, unreadable 3, with one document of JSON all the same", async () => {
  assertEquals((await decode(captures.REQUEST_X25519.subarray(0, 90))).code, 1);
  assertEquals((await decode(pcapFile([]))).code, 1);
  const damaged = await gzip(CAPTURE);
  damaged.fill(0xff, 20, 40);
  for (
    const [contents, options, why] of [
      ["", [], "it is empty"],
      ["no dump", [], "there is no hexdump in it"],
      [damaged, [], "the compressed file is damaged"],
      [CAPTURE, ["--input", "hex"], "there is no hexdump in it"],
      ["0000", ["-i", "pcap"], "it is neither pcap nor pcapng"],
    ] as const
  ) {
    const { code, stdout, stderr } = await decode(contents, ...options);
    assertEquals([code, stdout, stderr], [3, "", `ike-tcp: Cannot read FILE: ${why} (see ike-tcp decode --help)\n`]);
    for (const format of ["json", "jsonl"]) {
      const json = await decode(contents, ...options, "--format", format);
      const document = JSON.parse(json.stdout) as DecodeDocument;
      assertEquals([json.code, document.schema, document.exit], [3, DECODE_SCHEMA_ID, 3]);
      assertStringIncludes(document.error ?? "", why);
    }
  }
});

Deno.test("decode: without FILE and with - it reads standard input", async () => {
  for (const operand of [[], ["-"]]) {
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--cached-only", ...PERMISSIONS, "main.ts", "decode", "--format", "json", ...operand],
      cwd: new URL("../../", import.meta.url),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await new Blob([CAPTURE]).stream().pipeTo(process.stdin);
    const { code, stdout } = await process.output();
    const document = JSON.parse(new TextDecoder().decode(stdout)) as DecodeDocument;
    assertEquals([code, document.file, document.messages.length], [0, "-", 1]);
  }
});

Deno.test("schema: NAME is the document's", async () => {
  assertEquals(JSON.parse((await runCli(["schema", "decode"])).stdout), JSON.parse(JSON.stringify(DECODE_SCHEMA)));
  assertEquals((await runCli(["schema"])).stdout, (await runCli(["schema", "report"])).stdout);
  const { code, stderr } = await runCli(["schema", "weather"]);
  assertEquals(code, 3);
  assertStringIncludes(stderr, 'Unknown schema "weather"; one of ');
});

/** The IKE messages that a run has sent and received, taken from its events without a capture. */
function messagesOf(events: readonly Event[]): string[] {
  const opened = events.flatMap((event) => event.kind === "open" ? [event] : []);
  return opened.flatMap(({ flow, protocol }) =>
    (["sent", "received"] as const).flatMap((kind) => {
      const pieces = events.flatMap((event) => event.kind === kind && event.flow === flow ? [unhex(event.data)] : []);
      if (protocol === "udp") return pieces.flatMap(messageOfDatagram);
      const decoder = new FrameDecoder({ expectPrefix: kind === "sent" });
      const frames = decoder.push(concatBytes(...pieces));
      return frames.flatMap((frame) => frame.kind === "ike" ? [hex(frame.message)] : []);
    })
  );
}

/** The datagrams that ask whether a port is closed are none. */
function messageOfDatagram(octets: Uint8Array): string[] {
  const message = hex(octets).replace(/^00000000/, "");
  return message.startsWith(hex(new TextEncoder().encode("ike-tcp:"))) ? [] : [message];
}

for (const faults of [[], ["udp:drop"], ["error:NO_PROPOSAL_CHOSEN"], ["tcp:close"]]) {
  Deno.test(`decode: the capture of a run has its messages (gateway's faults: ${faults.join(", ") || "none"})`, async () => {
    const report = assemble(await runSimulated(faults));
    const folder = await Deno.makeTempDir({ prefix: "decode-" });
    try {
      await Deno.writeTextFile(`${folder}/report.json`, renderJson(report));
      await runCli(["diagnose", "--pcap", `${folder}/run.pcapng`, `${folder}/report.json`]);
      const { stdout } = await runCli(["decode", "--format", "json", `${folder}/run.pcapng`]);
      const { messages } = JSON.parse(stdout) as DecodeDocument;
      const wanted = messagesOf(report.events).toSorted();
      assert(wanted.length > 5);
      assertEquals(messages.map(({ data }) => data.slice(0, 60)).toSorted(), wanted.map((data) => data.slice(0, 60)));
      assertEquals(messages.map(({ data }) => data).toSorted(), wanted);
      for (const { time } of messages) assert(time!.startsWith(report.started.slice(0, 16)));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("decode: --verbose of a report is a hexdump that decode reads", async () => {
  const report = assemble(await runSimulated());
  const folder = await Deno.makeTempDir({ prefix: "decode-" });
  try {
    await Deno.writeTextFile(`${folder}/report.json`, renderJson(report));
    const { stdout } = await runCli(["diagnose", "--verbose", `${folder}/report.json`]);
    const { messages } = JSON.parse((await decode(stdout, "--format", "json")).stdout) as DecodeDocument;
    const found = new Set(messages.map(({ data }) => data));
    for (
      const { data } of report.events.filter((event) => event.kind === "message" && event.fit === "answer") as {
        data: string;
      }[]
    ) {
      assert(found.has(data));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
