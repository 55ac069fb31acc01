/**
 * The permissions of the program, in one place: the compiled binary has exactly these, and the suites run the program with
 * them. FFI is for ICMP errors on Linux (`lib/net`): nothing but the C library, at the places where distributions keep it.
 */
export const PERMISSIONS: readonly string[] = [
  "--allow-net",
  "--allow-ffi",
  "--allow-env",
  "--allow-read",
  "--allow-write",
];
