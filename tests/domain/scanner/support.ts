/** A code as a HID POS scanner would send it: the layout of STACK.md, section 2, written a second time. */
export function hidPosReports(
  text: string,
  { reportId = 2, aim = ']Q1' }: { reportId?: number | null; aim?: string } = {},
): Uint8Array[] {
  const reports: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < text.length; at += 56) {
    const part = Buffer.from(text.slice(at, at + 56), 'latin1');
    const report = Buffer.alloc(64);
    report[0] = reportId ?? 0;
    report[1] = part.length;
    report.write(aim, 2, 'latin1');
    part.copy(report, 5);
    report[63] = at + 56 < text.length ? 1 : 0;
    reports.push(new Uint8Array(reportId === null ? report.subarray(1) : report));
  }
  return reports;
}
