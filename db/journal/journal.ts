/** Appending to the journal and reading it back. Transactions are the store's. */
import type { Database } from 'better-sqlite3';
import {
  canonicalText,
  genesisHash,
  nextHash,
  parseCanonical,
  type Sha256,
} from '../../domain/journal/canonical.ts';
import type { JournalEvent } from '../../domain/journal/events.ts';
import { query } from '../row.ts';

export interface Head {
  /** 0 for an empty journal. */
  readonly seq: number;
  readonly hash: Uint8Array;
}

interface StoredLine {
  readonly text: string;
  readonly hash: Uint8Array;
}

export interface Journal {
  /** The head as the database has it. */
  readHead(): Head;
  /** Writes one event after `head` and answers the new head. The event's seq must be the next. */
  append(head: Head, event: JournalEvent): Head;
  /** The events from `firstSeq` to `lastSeq`, both included. Throws if the journal does not hold them whole. */
  read(firstSeq: number, lastSeq: number): readonly JournalEvent[];
  /** The hash after `seq`; the genesis hash for 0; undefined beyond the head. */
  hashAt(seq: number): Uint8Array | undefined;
  /** From the head backwards. */
  backwards(): IterableIterator<JournalEvent>;
}

/** The event of a stored line; a line that is none is corruption, which verify names. */
export function eventOf(text: string, incarnation: string): JournalEvent {
  const event = parseCanonical(text);
  if (event === undefined) throw new Error(`journal ${incarnation} holds a line that is no event: ${text}`);
  return event;
}

/** The journal of one incarnation, by its ordinal in this database and its name. */
export function openJournal(
  db: Database,
  stationId: number,
  incarnation: { readonly ordinal: number; readonly name: string },
  sha256: Sha256,
): Journal {
  const { ordinal, name } = incarnation;
  const insert = db.prepare<[number, number, string, Uint8Array]>('INSERT INTO journal VALUES (?, ?, ?, ?)');
  const last = query<[number], { readonly seq: number; readonly hash: Uint8Array }>(
    db,
    'SELECT seq, hash FROM journal WHERE incarnation = ? ORDER BY seq DESC LIMIT 1',
  );
  const between = query<[number, number, number], StoredLine>(
    db,
    'SELECT text, hash FROM journal WHERE incarnation = ? AND seq BETWEEN ? AND ? ORDER BY seq',
  );
  const down = query<[number], { readonly text: string }>(
    db,
    'SELECT text FROM journal WHERE incarnation = ? ORDER BY seq DESC',
  );
  const genesis = genesisHash(sha256, stationId, name);
  return {
    readHead: () => last.get(ordinal) ?? { seq: 0, hash: genesis },
    append(head, event) {
      const text = canonicalText(event);
      const hash = nextHash(sha256, head.hash, text);
      insert.run(ordinal, event.seq, text, hash);
      return { seq: event.seq, hash };
    },
    read(firstSeq, lastSeq) {
      const events = between.all(ordinal, firstSeq, lastSeq).map(({ text }) => eventOf(text, name));
      if (events.length !== lastSeq - firstSeq + 1)
        throw new Error(`journal ${name} does not hold ${firstSeq} to ${lastSeq}`);
      return events;
    },
    hashAt: (seq) => (seq === 0 ? genesis : between.get(ordinal, seq, seq)?.hash),
    *backwards() {
      for (const { text } of down.iterate(ordinal)) yield eventOf(text, name);
    },
  };
}
