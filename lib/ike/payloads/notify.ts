/** Notify payload (RFC 7296 §3.10). */
import { EMPTY, rest, sized, sizeOf, uint } from "../../wire/mod.ts";
import { notifyMeaning } from "../notify_data.ts";
import { notifyName, securityProtocolName } from "../registries/mod.ts";
import type { PayloadBase, PayloadForm } from "./form.ts";

/** An error, or a status. */
export interface NotifyPayload extends PayloadBase {
  kind: "N";
  /** 0 in IKE_SA_INIT. */
  protocolId: number;
  /** Of the SA that the notification is about; empty in IKE_SA_INIT. */
  spi: Uint8Array;
  /** Notify message type: a number of {@linkcode NOTIFY}. */
  type: number;
  /** Notification data; its form depends on the type. */
  data: Uint8Array;
}

/** Payload type 41. */
export const NOTIFY_FORM: PayloadForm<NotifyPayload> = {
  type: 41,
  fields: [
    uint("protocolId", 1, securityProtocolName),
    sizeOf("spiSize", "spi", 1),
    uint("type", 2, notifyName),
    sized("spi"),
    rest("data"),
  ],
  create: () => ({
    kind: "N",
    critical: false,
    protocolId: 0,
    spi: EMPTY,
    type: 0,
    data: EMPTY,
  }),
  describe: notifyMeaning,
};
