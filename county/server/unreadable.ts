/**
 * Remembers, until the county is started anew, that somebody called in a version of the wire that this program
 * cannot read. Nobody can check whose words those are, so nothing follows from it but a line on the page.
 */
export interface UnreadableCalls {
  /** Last call in a version newer than this county knows, ms; 0: none. The county must be updated. */
  newerMs: number;
  /** Last call in a version older than this county reads, ms; 0: none. That station must be updated. */
  olderMs: number;
}

export function noteUnreadable(
  calls: UnreadableCalls,
  kind: 'NEWER_VERSION' | 'OLDER_VERSION',
  nowMs: number,
): void {
  if (kind === 'NEWER_VERSION') calls.newerMs = nowMs;
  else calls.olderMs = nowMs;
}
