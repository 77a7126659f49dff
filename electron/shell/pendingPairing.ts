/**
 * A pairing that is on its way by stick, as it stands in the data folder until it is done: what the county is asked
 * with, and what its answer will be known by. Read only by the folder's user, like the key beside it.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { openJournalReader } from '../../db/reader.ts';
import type { Store } from '../../db/types.ts';
import type { Sha256 } from '../../domain/journal/canonical.ts';
import type { Log } from '../station/dispatch.ts';
import { readReference } from '../station/sync/desk.ts';
import type { EnrolRequest } from '../station/sync/enrol.ts';
import { openKeyFolder, readIfThere, writeWhole } from '../station/sync/keyFolder.ts';

const PENDING_FILE = 'pairing.json';

export interface PendingPairing {
  readonly request: EnrolRequest;
  /** Where the county can be reached by line; empty: nowhere, or nobody knows. */
  readonly countyUrl: string;
  /** It has been on a stick. */
  readonly written: boolean;
  /** The county's word has come, and is pinned: what is left is done without the stick. */
  readonly answered: boolean;
  /** The reference data that came with it, sealed, until the station has taken it. */
  readonly reference: Uint8Array | null;
}

const base64 = v.pipe(v.string(), v.base64());
const schema = v.object({
  stationId: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  countyUrl: v.string(),
  version: v.pipe(v.number(), v.safeInteger()),
  nonce: base64,
  key: v.nullable(base64),
  request: base64,
  written: v.boolean(),
  answered: v.boolean(),
  reference: v.nullable(base64),
});

const encoded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const decoded = (text: string): Uint8Array => Buffer.from(text, 'base64');
const pathIn = (dataDir: string): string => join(dataDir, PENDING_FILE);

/** Keeps a pairing, whole or not at all, whatever happens to the power. Throws if the folder refuses. */
export function keepPending(dataDir: string, pending: PendingPairing): void {
  const { request, countyUrl, written, answered, reference } = pending;
  const { stationId, asked, key, bytes } = request;
  const file: v.InferOutput<typeof schema> = {
    stationId,
    countyUrl,
    version: asked.version,
    nonce: encoded(asked.nonce),
    key: key === null ? null : encoded(key),
    request: encoded(bytes),
    written,
    answered,
    reference: reference === null ? null : encoded(reference),
  };
  writeWhole(pathIn(dataDir), `${JSON.stringify(file)}\n`);
}

/** The pairing that is on its way, or null. One that cannot be read is begun anew: the code and the key still hold. */
export function readPending(dataDir: string, log: Log): PendingPairing | null {
  try {
    const text = readIfThere(pathIn(dataDir));
    if (text === undefined) return null;
    const file = v.parse(schema, JSON.parse(text));
    const { stationId, countyUrl, version, written, answered, reference } = file;
    return {
      request: {
        stationId,
        asked: { nonce: decoded(file.nonce), version },
        key: file.key === null ? null : decoded(file.key),
        bytes: decoded(file.request),
      },
      countyUrl,
      written,
      answered,
      reference: reference === null ? null : decoded(reference),
    };
  } catch (error) {
    log.error('the pairing on its way cannot be read', error);
    return null;
  }
}

export function forgetPending(dataDir: string): void {
  rmSync(pathIn(dataDir), { force: true });
}

/**
 * Puts the reference data in force that came with the pairing, at the station's first start. What cannot be put in
 * force is left to the next stick or session, which bring it anew.
 */
export function takePending(dataDir: string, store: Store, sha256: Sha256, log: Log): void {
  const pending = readPending(dataDir, log);
  if (pending === null) return;
  try {
    const countyKey = openKeyFolder(dataDir).countyKey();
    if (pending.reference !== null && countyKey !== null) {
      const reader = openJournalReader(dataDir, sha256);
      try {
        const order = { bytes: pending.reference, ...pending.request.asked, countyKey };
        const change = readReference(reader, order);
        const applied = change.ok ? store.applyReferenceChange(change.value) : change;
        if (!applied.ok)
          log.warn('the reference data of the pairing was not taken', { why: applied.error.kind });
      } finally {
        reader.close();
      }
    }
    forgetPending(dataDir);
  } catch (error) {
    log.error('the pairing could not be finished', error); // The next start does.
  }
}
