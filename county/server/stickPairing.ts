/**
 * A machine is brought in by stick: the enrolment comes as a file, the county's word goes back as one, with the
 * reference data, encrypted to the machine. What a stick brings is told apart here.
 */
import { err, ok, type Result } from '../../domain/result.ts';
import { readEnvelope } from '../../domain/wire/envelope.ts';
import { MAX_REQUEST_BYTES } from '../../domain/wire/limits.ts';
import { ENROLLED_SUFFIX, NO_EPOCH, pairingName } from '../../domain/wire/stick.ts';
import { readStickHead } from '../../domain/wire/stickFile.ts';
import type { CountyContext } from './context.ts';
import { seal } from './door.ts';
import { openEnrol, takeEnrol } from './enrol.ts';
import { referenceOf } from './reference.ts';
import {
  importBundle,
  sealForStation,
  stationNow,
  type BundleErrorKind,
  type ImportReport,
} from './stick.ts';
import { refusalFor } from './stickRefusals.ts';

type Taken = Result<ImportReport, { readonly kind: BundleErrorKind }>;

/** What a file was refused for, and what goes back on the stick to say so; null: nothing. */
export interface FileRefusal {
  readonly kind: BundleErrorKind;
  readonly answer: { readonly name: string; readonly bytes: Uint8Array } | null;
}

/**
 * Takes the file of an enrolment. The same file again is answered again, since an answer may be lost. Whoever carries
 * a stick is not on the county's own machine: without a code only a key that is known already is answered.
 */
async function importEnrol(context: CountyContext, file: Uint8Array): Promise<Taken> {
  const enrolled = await takeEnrol(context, file, { address: '', local: false });
  const opened = openEnrol(context, file);
  if (!enrolled.ok) return err({ kind: enrolled.error.kind });
  if (!opened.ok) return err({ kind: opened.error.kind });
  const { stationId, asked, enrol } = opened.value;
  const reference = await referenceOf(context, stationId, true);
  const news = reference === undefined ? [] : [seal(context, 'REFERENCE', asked, reference.body)];
  const answered = { stationId, asked, replyKey: enrol.replyKey, askedEpoch: NO_EPOCH };
  const bytes = sealForStation(context, answered, [enrolled.value, ...news]);
  if (bytes === null) return err({ kind: 'MALFORMED' });
  const { name } = await stationNow(context, stationId);
  return ok({
    pairing: true,
    stationId,
    stationName: name,
    fresh: 0,
    held: 0,
    refused: null,
    answer: { name: pairingName(stationId, ENROLLED_SUFFIX), bytes },
  });
}

function takeFile(context: CountyContext, file: Uint8Array): Promise<Taken> {
  const head = readStickHead(file);
  const isBundle = head.ok || head.error.kind !== 'NOT_OURS';
  if (isBundle) return importBundle(context, file);
  const sealed = readEnvelope(file, MAX_REQUEST_BYTES, context.wire);
  return !sealed.ok && sealed.error.kind === 'NOT_OURS'
    ? importBundle(context, file)
    : importEnrol(context, file);
}

/** Takes a file of a stick, whole as it was on it: a bundle of records, or the enrolment of a new machine. */
export async function importFile(
  context: CountyContext,
  file: Uint8Array,
): Promise<Result<ImportReport, FileRefusal>> {
  const taken = await takeFile(context, file);
  if (taken.ok) return taken;
  const { kind } = taken.error;
  return err({ kind, answer: await refusalFor(context, file, kind) });
}
