/** All rows of the fault matrix, in the order of the table. */
import type { Row } from "../row.ts";
import { ADDRESSES } from "./addresses.ts";
import { ANSWERS } from "./answers.ts";
import { EXPECTATION } from "./expectation.ts";
import { HEALTHY } from "./healthy.ts";
import { INNOCENT } from "./innocent.ts";
import { LIBRESWAN_CONFIGURED } from "./libreswan_configured.ts";
import { LIBRESWAN_FILTERED } from "./libreswan_filtered.ts";
import { LIBRESWAN_HEALTHY } from "./libreswan_healthy.ts";
import { LIBRESWAN_PROXIED } from "./libreswan_proxied.ts";
import { LOOPBACK } from "./loopback.ts";
import { NEGOTIATION } from "./negotiation.ts";
import { OTHERS } from "./others.ts";
import { PREFIX } from "./prefix.ts";
import { PROXIES } from "./proxies.ts";
import { SERVICES } from "./services.ts";
import { SOMETIMES } from "./sometimes.ts";
import { TCP } from "./tcp.ts";
import { TLS } from "./tls.ts";
import { UDP } from "./udp.ts";

/** Need nothing but Deno and the loopback interface. */
export const QUICK_ROWS: readonly Row[] = [
  ...HEALTHY,
  ...UDP,
  ...TCP,
  ...PREFIX,
  ...SOMETIMES,
  ...INNOCENT,
  ...PROXIES,
  ...SERVICES,
  ...TLS,
  ...NEGOTIATION,
  ...ANSWERS,
  ...ADDRESSES,
  ...EXPECTATION,
  ...LOOPBACK,
];

/** Need root, Linux and Debian's packages beside. */
export const ALL_ROWS: readonly Row[] = [
  ...QUICK_ROWS,
  ...LIBRESWAN_HEALTHY,
  ...LIBRESWAN_FILTERED,
  ...LIBRESWAN_PROXIED,
  ...LIBRESWAN_CONFIGURED,
  ...OTHERS,
];
