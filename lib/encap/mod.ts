/** RFC 9329 streams and RFC 3948 datagrams. */
export {
  decodeDatagram,
  encodeFrame,
  type Frame,
  MAX_MESSAGE,
  NAT_KEEPALIVE,
  NON_ESP_MARKER,
  STREAM_PREFIX,
  withMarker,
} from "./frame.ts";
export { FrameDecoder } from "./frame_decoder.ts";
