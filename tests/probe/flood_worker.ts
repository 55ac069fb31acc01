/** A listener on a thread of its own that answers the first octets with frames without end, whether they are read or not. */

/** How long it floods at most, in milliseconds: for a reader that never goes away. */
const MOST_MS = 8000;

const worker = self as unknown as { postMessage(message: unknown): void; close(): void };
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
worker.postMessage({ port: (listener.addr as Deno.NetAddr).port });

// Frames with an IKE header's worth of octets behind the marker (RFC 9329 §4), many at once: quicker sent than read.
const frame = new Uint8Array(34).fill(0x41);
frame.set([0, frame.length, 0, 0, 0, 0]);
const frames = new Uint8Array(frame.length * 2000);
for (let at = 0; at < frames.length; at += frame.length) frames.set(frame, at);

const connection = await listener.accept();
await connection.read(new Uint8Array(1000));
const began = performance.now();
let gone = false;
while (!gone && performance.now() - began < MOST_MS) {
  await connection.write(frames).catch(() => gone = true);
}
worker.postMessage({ gone });
connection.close();
listener.close();
worker.close();
