/** A run of one journal: the unit that travels to the county, by line or by stick. */
import type { JournalEvent } from './events.ts';

/** Events of one (station, incarnation) without a gap, between two hashes of its chain. */
export interface JournalRun {
  readonly stationId: number;
  /** 16 hexadecimal digits. */
  readonly incarnation: string;
  readonly firstSeq: number;
  /** Hash before the first event. */
  readonly previousHash: Uint8Array;
  readonly events: readonly JournalEvent[];
  /** Hash after the last event. */
  readonly headHash: Uint8Array;
}
