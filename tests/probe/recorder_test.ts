import { assert, assertEquals } from "@std/assert";
import { eventData, Recorder, roundMs } from "../../lib/probe/recorder.ts";

function received(path: string, data: Uint8Array) {
  return { kind: "received", path, flow: 0, ...eventData(data) } as const;
}

Deno.test("recorder: events stand in order of time, whenever they are written down", () => {
  const recorder = new Recorder(100);
  recorder.record({ kind: "failed", path: null, detail: "second" }, 103);
  recorder.record({ kind: "failed", path: null, detail: "first" }, 101.5);
  recorder.record({ kind: "failed", path: null, detail: "third" }, 103);
  assertEquals(recorder.events.map((e) => [e.t_ms, "detail" in e ? e.detail : ""]), [
    [1.5, "first"],
    [3, "second"],
    [3, "third"],
  ]);
});

Deno.test("recorder: a flood on one path costs bounded memory, and nothing of the other paths", () => {
  const recorder = new Recorder(0);
  const datagram = new Uint8Array(60_000).fill(7);
  for (let i = 0; i < 5_000; i++) recorder.record(received("udp-500@192.0.2.1", datagram), i);
  recorder.record(received("udp-4500@192.0.2.1", Uint8Array.of(1, 2, 3)), 5_001);
  const kept = recorder.events.reduce((sum, e) => sum + ("data" in e ? e.data.length / 2 : 0), 0);
  assert(kept < 300_000, `${kept} octets kept`);
  assert(recorder.events.length < 2_100, `${recorder.events.length} events kept`);
  const last = recorder.events.at(-1)!;
  assert(last.kind === "received" && last.data === "010203");
});

Deno.test("recorder: a cut packet still tells its length", () => {
  const recorder = new Recorder(0);
  recorder.record(received("udp-500@192.0.2.1", new Uint8Array(65_000)), 1);
  const event = recorder.events[0]!;
  assert(event.kind === "received");
  assertEquals(event.octets, 65_000);
  assert(event.data.length / 2 < 65_000);
});

Deno.test("recorder: a length of time has microsecond digits and is never negative", () => {
  assertEquals([roundMs(1.23456), roundMs(-0.003), roundMs(0)], [1.235, 0, 0]);
});
