/** What commands have in common that listen for others until they are interrupted. */

/** "Address not available", "address family not supported", in the words of any of the systems. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && /EADDRNOTAVAIL|EAFNOSUPPORT|not available|not supported|assign/i.test(error.message);
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
