/**
 * Writes what the county has not confirmed onto a stick: the batches that would go by line and an ask, encrypted to
 * the county. It has a name that counts only when every byte of it stands on the stick.
 */
import { createHash, createPrivateKey, type Hash } from 'node:crypto';
import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { UnsentIncarnation } from '../../../db/types.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import { NONCE_BYTES, sealMessage, type MessageKind } from '../../../domain/wire/envelope.ts';
import { MAX_BATCH_EVENTS, MAX_STICK_FILE_BYTES } from '../../../domain/wire/limits.ts';
import { encodeAsk, encodeReturnAsk, TICKET_BYTES } from '../../../domain/wire/messages.ts';
import { bundleName, encodeStickOut, NO_EPOCH, readBundleName } from '../../../domain/wire/stick.ts';
import { stickHead, StickWriter } from '../../../domain/wire/stickFile.ts';
import type { StickProblem } from '../../contract/stickViews.ts';
import { sealWith } from '../sync/codecs.ts';
import { chunkCipher, deriveKey, freshBoxKey, replyKeyOf } from './cipher.ts';
import { clearUnfinished, hashOf, prepareFolder, syncFolder, unfinishedPath } from './files.ts';
import { codeOf, problemOf, toCounty, versionOf, wireOf, type StickTools } from './tools.ts';

export interface Written {
  readonly name: string;
  readonly records: number;
}

/** Room left below the limit of a file for the last batch and the asks. */
const RESERVED_BYTES = 1 << 20;

interface Progress {
  readonly done: number;
  readonly total: number;
}

/** A file that knows how long it has become and what its bytes come to. */
class HashedFile {
  readonly #handle: FileHandle;
  readonly #hash: Hash = createHash('sha256');
  bytes = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }
  async write(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length;) at += (await this.#handle.write(piece, at)).bytesWritten;
      this.#hash.update(piece);
      this.bytes += piece.length;
    }
  }
  digest(): string {
    return this.#hash.digest('hex');
  }
}

/** What is to go: journals of earlier incarnations first, as by line, and the running one. */
function runsOf({ store }: StickTools): readonly UnsentIncarnation[] {
  const { recorded, durableSeq } = store.syncState();
  return [...store.unsentOlder(), { incarnation: store.incarnation, durableSeq, recorded }];
}

interface Sealing {
  readonly head: Uint8Array;
  readonly writer: StickWriter;
  readonly seal: (kind: MessageKind, body: Uint8Array) => Uint8Array;
}

function beginSealing(tools: StickTools, boxKey: Uint8Array): Sealing {
  const { store, keys } = tools;
  const seal = sealWith(createPrivateKey(keys.privateKeyPem));
  const nonce = tools.randomBytes(NONCE_BYTES);
  const sealPlain = (kind: MessageKind, body: Uint8Array) =>
    sealMessage(
      { kind, nonce, signer: store.stationId, body },
      seal,
      { packed: false, stored: body },
      versionOf(tools),
    );
  const file = freshBoxKey();
  const shared = file.agree(boxKey);
  if (shared === null) throw new Error("the county's box key is no key");
  const { epoch } = store.syncState();
  const head = stickHead(
    sealPlain(
      'STICK_OUT',
      encodeStickOut({
        fileKey: file.publicKey,
        boxKey,
        replyKey: replyKeyOf(keys.privateKeyPem).publicKey,
        epoch: epoch === '' ? NO_EPOCH : epoch,
        writtenMs: tools.nowMs(),
      }),
    ),
  );
  return {
    head,
    writer: new StickWriter(chunkCipher, deriveKey(shared, head, boxKey)),
    seal: sealPlain,
  };
}

interface Span {
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** Writes everything into an open file; answers what of the running incarnation went, and how many records in all. */
async function fill(
  tools: StickTools,
  boxKey: Uint8Array,
  file: HashedFile,
  onProgress: (progress: Progress) => void,
): Promise<{ readonly running: Span; readonly records: number }> {
  const { store, desk } = tools;
  const { head, writer, seal } = beginSealing(tools, boxKey);
  const version = versionOf(tools);
  const runs = runsOf(tools);
  // Of the same moment as what is recorded: the county holds what comes after to the rules of that.
  const referenceVersion = store.views.referenceInfo()?.version ?? 0;
  const total = runs.reduce((sum, run) => sum + run.recorded - run.durableSeq, 0);
  let done = 0;
  let running: Span = { firstSeq: 0, lastSeq: 0 };
  await file.write([head]);
  for (const { incarnation, durableSeq, recorded } of runs) {
    let lastSeq = durableSeq;
    while (lastSeq < recorded && file.bytes < MAX_STICK_FILE_BYTES - RESERVED_BYTES) {
      const limit = Math.min(MAX_BATCH_EVENTS, recorded - lastSeq);
      const nonce = tools.randomBytes(NONCE_BYTES);
      const batch = await desk.batch({ incarnation, afterSeq: lastSeq, limit, nonce, version });
      if (batch === null) break;
      await file.write(writer.add(batch.bytes));
      done += batch.lastSeq - lastSeq;
      lastSeq = batch.lastSeq;
      onProgress({ done, total });
    }
    const ask = encodeAsk(
      {
        incarnation,
        running: store.incarnation,
        recorded,
        referenceVersion,
        wallMs: tools.nowMs(),
        appVersion: tools.appVersion,
        wire: wireOf(tools),
        revocationNumber: store.revocationNumber(),
      },
      version,
    );
    await file.write(writer.add(seal('ASK', ask)));
    running = { firstSeq: Math.min(durableSeq + 1, lastSeq), lastSeq };
  }
  if (store.standing() === 'AWAITING_RETURN') {
    // No acknowledgement of this moment is here to give a ticket, and a stick needs none.
    const ticket = new Uint8Array(TICKET_BYTES);
    const ask = encodeReturnAsk({ ticket, running: store.incarnation, held: store.heldOthers() });
    await file.write(writer.add(seal('RETURN_ASK', ask)));
  }
  await file.write([writer.finish()]);
  return { running, records: done };
}

/** Gives the file its name; an old stick that knows no Chinese gets one without the village's. */
async function nameFile(temporary: string, folder: string, names: readonly string[]): Promise<string> {
  for (const [i, name] of names.entries()) {
    try {
      await rename(temporary, join(folder, name));
      return name;
    } catch (error) {
      const badName = ['EINVAL', 'EILSEQ', 'ENAMETOOLONG', 'ENOENT'].includes(codeOf(error));
      if (!badName || i === names.length - 1) throw error;
    }
  }
  throw new Error('a bundle without a name');
}

/** Removes this station's earlier bundles of which everything is in the one that was just written, or confirmed. */
async function clearCovered(folder: string, kept: string, stationId: number): Promise<void> {
  const newest = readBundleName(kept);
  for (const name of await readdir(folder)) {
    const old = name === kept ? null : readBundleName(name);
    const covered =
      old?.stationId === stationId &&
      old.incarnation8 === newest?.incarnation8 &&
      old.lastSeq <= newest.lastSeq;
    if (covered) await rm(join(folder, name), { force: true });
  }
}

async function writeFile(
  tools: StickTools,
  boxKey: Uint8Array,
  folder: string,
  onProgress: (progress: Progress) => void,
): Promise<Result<Written, { readonly kind: StickProblem }>> {
  const { store } = tools;
  const temporary = unfinishedPath(folder, tools.randomBytes);
  const handle = await open(temporary, 'wx');
  const file = new HashedFile(handle);
  let filled;
  try {
    filled = await fill(tools, boxKey, file, onProgress);
    await handle.sync();
  } finally {
    await handle.close();
  }
  const run = { incarnation: store.incarnation, ...filled.running };
  const village = store.views.referenceInfo()?.stationName ?? '';
  const name = await nameFile(temporary, folder, [
    bundleName(village, store.stationId, run),
    bundleName('', store.stationId, run),
  ]);
  await syncFolder(folder);
  if ((await hashOf(join(folder, name))) !== file.digest()) return err({ kind: 'NOT_AS_WRITTEN' });
  await clearCovered(folder, name, store.stationId);
  await syncFolder(folder);
  return ok({ name, records: filled.records });
}

/**
 * Writes a bundle into the folder of a stick's root, forces it onto the stick and reads it back. What is read back may
 * come out of the system's memory; the errors of the stick itself show when it is forced. An unfinished file has
 * another name and is never taken. Throws if the station's own journal cannot be read, which is none of the stick's.
 */
export async function writeBundle(
  tools: StickTools,
  root: string,
  onProgress: (progress: Progress) => void,
): Promise<Result<Written, { readonly kind: StickProblem }>> {
  const boxKey = tools.keys.boxKey();
  if (boxKey === null) return err({ kind: 'NOT_PAIRED' });
  const folder = toCounty(root);
  try {
    const { dev } = await stat(root);
    await prepareFolder(folder);
    const written = await writeFile(tools, boxKey, folder, onProgress);
    // With the stick pulled out, its place is an empty folder of the station's own disk.
    return (await stat(folder)).dev === dev ? written : err({ kind: 'PULLED_OUT' });
  } catch (error) {
    await clearUnfinished(folder).catch(() => undefined); // As far as the stick lets us; it is no harm if it stays.
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    return err({ kind: problem });
  }
}
