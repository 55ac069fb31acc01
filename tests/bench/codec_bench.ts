/** How long an IKE_SA_INIT takes through the codec: `deno bench -A tests/bench/codec_bench.ts`. */
import { encodeFrame, FrameDecoder, withMarker } from "../../lib/encap/mod.ts";
import { decodeMessage, dumpMessage, encodeMessage } from "../../lib/ike/mod.ts";
import { REQUEST_X25519, STRONGSWAN_ACCEPTS } from "../ike/captures.ts";

const request = decodeMessage(REQUEST_X25519);
const outgoing = { ...request.header!, payloads: request.payloads };
const frame = encodeFrame(withMarker(STRONGSWAN_ACCEPTS));
const decoder = new FrameDecoder({ expectPrefix: false });

Deno.bench("encode an IKE_SA_INIT request, 358 octets", { group: "codec" }, () => void encodeMessage(outgoing));
Deno.bench("decode an IKE_SA_INIT request, 358 octets", { group: "codec" }, () => void decodeMessage(REQUEST_X25519));
Deno.bench(
  "decode an IKE_SA_INIT response, 260 octets",
  { group: "codec" },
  () => void decodeMessage(STRONGSWAN_ACCEPTS),
);
Deno.bench("dump an IKE_SA_INIT response", { group: "codec" }, () => void dumpMessage(STRONGSWAN_ACCEPTS));
Deno.bench("take a response out of its frame", { group: "codec" }, () => void decoder.push(frame));
