/** What each kind of socket can see of the network; rules that read silence must ask. */
import type { Sight } from "../model/mod.ts";

/** A datagram socket of the C library on Linux, with IP_RECVERR. */
export const LINUX_UDP: Sight = { icmp: true, router: true, strangers: true, tcpInfo: false };
/** A TCP socket of the C library on Linux. */
export const LINUX_TCP: Sight = { icmp: true, router: true, strangers: false, tcpInfo: true };
/** The runtime's own datagram socket: not connected in the kernel, so the kernel has nobody to tell of an ICMP error. */
export const PORTABLE_UDP: Sight = { icmp: false, router: false, strangers: true, tcpInfo: false };
/** The runtime's own TCP: an ICMP error shows in how connecting failed, but not whose it is, nor its code. */
export const PORTABLE_TCP: Sight = { icmp: true, router: false, strangers: false, tcpInfo: false };
