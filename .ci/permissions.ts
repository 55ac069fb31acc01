/**
 * The permissions of the program, in one place: the compiled binary has exactly these, the tasks that run the program name
 * them, and the suites run it with them.
 */
export const PERMISSIONS: readonly string[] = [
  // Gateways are anywhere.
  "--allow-net",
  // ICMP errors on Linux: nothing but the C library, at the places where distributions keep it (`LIBC_PATHS` of `lib/net`).
  "--allow-ffi=" + [
    "/lib/x86_64-linux-gnu/libc.so.6",
    "/lib/aarch64-linux-gnu/libc.so.6",
    "/lib64/libc.so.6",
    "/usr/lib/libc.so.6",
    "/lib/libc.so.6",
  ].join(),
  // Files that users name: saved reports, a certificate for `serve`.
  "--allow-read",
  // Files that users name: --output, --pcap, --save-expectation.
  "--allow-write",
  // The terminal's settings, and options given as variables.
  "--allow-env=NO_COLOR,COLUMNS,TERM,IKE_TCP_*",
  // Which of our addresses a datagram left from; zones of link-local addresses.
  "--allow-sys=networkInterfaces",
];
