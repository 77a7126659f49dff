/** Bounds of the wire format. Every decoder checks them before it sets memory aside. */

/** The most events one batch may hold: some two seconds of a line of 64 kbit/s. */
export const MAX_BATCH_EVENTS = 2000;
/** The longest body of a batch, before packing. */
export const MAX_BATCH_BODY_BYTES = 1 << 20;
/** The longest envelope of a batch, as it travels. */
export const MAX_BATCH_ENVELOPE_BYTES = 256 * 1024;
/** The longest envelope of any other message from a station. */
export const MAX_REQUEST_BYTES = 4096;
/** The longest acknowledgement or enrolment answer. */
export const MAX_ANSWER_BYTES = 4096;
/** The longest reference snapshot before packing: 90,000 people of a county and one village whole. */
export const MAX_REFERENCE_BODY_BYTES = 64 << 20;
/**
 * The most values in the text of reference data, counted by what opens or separates them. Twenty million empty lists
 * fit a body and would fill a small machine's memory by being parsed; a limit on a worker's memory is no help, since
 * the parser that exceeds it ends the whole program.
 */
export const MAX_REFERENCE_VALUES = 6_000_000;
/** The longest reference snapshot as it travels. */
export const MAX_REFERENCE_ENVELOPE_BYTES = 16 << 20;
/** The most incarnations of one station that a return ask may name. */
export const MAX_INCARNATIONS = 200;
/** The longest bundle or answer on a stick: years of a busy village. */
export const MAX_STICK_FILE_BYTES = 64 << 20;
/** The most revoked cards that one acknowledgement names: with the longest numbers they leave room in an answer. */
export const MAX_REVOKED_PER_ANSWER = 600;
/** How much of a stick file is encrypted and proved at a time. */
export const STICK_CHUNK_BYTES = 64 << 10;
/** The longest short text in a message, such as a version or an enrolment code, as UTF-8 bytes. */
export const MAX_SHORT_TEXT_BYTES = 120;
