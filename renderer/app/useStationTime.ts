/** The station's wall clock, as told by its last status, carried on by this machine's monotonic clock. */
import { useEffect, useState } from 'react';
import { useApp } from './AppContext.ts';

const EVERY_MS = 1_000;

/** ms since 1970 UTC, renewed each second; 0 before the station told its time. */
export function useStationTime(): number {
  const { status, statusMonoMs } = useApp().state;
  const [monoMs, setMonoMs] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setMonoMs(performance.now()), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  if (status === null) return 0;
  return status.nowMs + Math.max(0, monoMs - statusMonoMs);
}
