/** All rows of the fault matrix, in the order of the table. */
import type { Row } from "../row.ts";
import { ADDRESSES } from "./addresses.ts";
import { ANSWERS } from "./answers.ts";
import { HEALTHY } from "./healthy.ts";
import { LIBRESWAN } from "./libreswan.ts";
import { LOOPBACK } from "./loopback.ts";
import { NEGOTIATION } from "./negotiation.ts";
import { OTHERS } from "./others.ts";
import { PROXIES } from "./proxies.ts";
import { TCP_ROWS } from "./tcp.ts";
import { UDP } from "./udp.ts";

/** Need nothing but Deno and the loopback interface. */
export const QUICK_ROWS: readonly Row[] = [
  ...HEALTHY,
  ...UDP,
  ...TCP_ROWS,
  ...PROXIES,
  ...NEGOTIATION,
  ...ANSWERS,
  ...ADDRESSES,
  ...LOOPBACK,
];

/** Need root, Linux and Debian's packages beside. */
export const ALL_ROWS: readonly Row[] = [...QUICK_ROWS, ...LIBRESWAN, ...OTHERS];
