/**
 * PGlite that keeps what it has parsed and planned. By itself it parses, describes and plans each statement anew,
 * which here takes longer than most statements take to run; node-postgres against a server pays far less for it.
 */
import { PGlite, protocol } from '@electric-sql/pglite';

type Stream = PGlite['execProtocolStream'];
type Messages = Awaited<ReturnType<Stream>>;

interface Prepared {
  readonly name: string;
  /** What a statement's description answered: its parameters and columns. */
  description: Messages | null;
  uses: number;
}

/** The first bytes of the messages that a query consists of (PostgreSQL, "Message Formats"). */
const PARSE = 0x50;
const DESCRIBE = 0x44;
const BIND = 0x42;
const EXECUTE = 0x45;
const SYNC = 0x53;
const OF_STATEMENT = 0x53;
/** What stands ahead of a message's content: its kind and its length, bytes. */
const HEAD_BYTES = 5;

/** Only what reads and writes rows is kept: whatever else may change what a kept statement means. */
const KEPT = /^\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b/i;
const MOST_KEPT = 500;
/** A plan is made by how large the tables are: after so many uses it is made again. */
const USES_OF_A_PLAN = 500;

const { serialize } = protocol;
const utf8 = new TextDecoder();

/** The text of a statement that is parsed under no name and for no types; null for any other. */
function textOf(parse: Uint8Array): string | null {
  const end = parse.indexOf(0, HEAD_BYTES + 1);
  if (parse[HEAD_BYTES] !== 0 || end !== parse.length - 3 || parse[end + 1] !== 0 || parse[end + 2] !== 0)
    return null;
  return utf8.decode(parse.subarray(HEAD_BYTES + 1, end));
}

/** The same binding, to a statement that has a name. */
function bindTo(name: string, bind: Uint8Array): Uint8Array {
  const bytes = new TextEncoder().encode(name);
  const named = new Uint8Array(bind.length + bytes.length);
  // An empty name of the portal, then the statement's, which was empty too.
  named.set(bind.subarray(0, HEAD_BYTES + 1));
  named.set(bytes, HEAD_BYTES + 1);
  named.set(bind.subarray(HEAD_BYTES + 1), HEAD_BYTES + 1 + bytes.length);
  new DataView(named.buffer).setUint32(1, named.length - 1);
  return named;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

export class PreparingPGlite extends PGlite {
  readonly #kept = new Map<string, Prepared>();
  #last = 0;
  /** The statement of the query under way; null: PGlite goes its own way with it. */
  #present: Prepared | null = null;
  #bound: Uint8Array | null = null;
  /** The query was synchronised together with its execution. */
  #isSynced = false;

  /** Queries come here message by message, one query at a time. */
  override async execProtocolStream(...[message, options]: Parameters<Stream>): Promise<Messages> {
    const send = (bytes: Uint8Array): Promise<Messages> => super.execProtocolStream(bytes, options);
    const kind = message[0];
    if (kind === PARSE) {
      const text = textOf(message);
      this.#present = null;
      this.#bound = null;
      this.#isSynced = false;
      if (text === null || !KEPT.test(text)) {
        if (this.#kept.size > 0) await this.#forget(send);
        return send(message);
      }
      return this.#prepare(text, send);
    }
    const present = this.#present;
    if (present === null) return send(message);
    if (kind === DESCRIBE) {
      if (message[HEAD_BYTES] === OF_STATEMENT)
        present.description ??= await send(serialize.describe({ type: 'S', name: present.name }));
      return present.description ?? [];
    }
    if (kind === BIND) {
      this.#bound = bindTo(present.name, message);
      return [];
    }
    if (kind === EXECUTE && this.#bound !== null) {
      const all = joined([this.#bound, message, serialize.sync()]);
      this.#bound = null;
      this.#isSynced = true;
      return send(all);
    }
    if (kind === SYNC && this.#isSynced) {
      this.#present = null;
      return [];
    }
    return send(message);
  }

  async #prepare(text: string, send: (bytes: Uint8Array) => Promise<Messages>): Promise<Messages> {
    const known = this.#kept.get(text);
    if (known !== undefined && known.uses < USES_OF_A_PLAN) {
      known.uses += 1;
      this.#present = known;
      return [];
    }
    if (known !== undefined || this.#kept.size >= MOST_KEPT) await this.#forget(send);
    this.#last += 1;
    const made: Prepared = { name: `s${this.#last}`, description: null, uses: 1 };
    const answer = await send(serialize.parse({ name: made.name, text }));
    this.#kept.set(text, made);
    this.#present = made;
    return answer;
  }

  async #forget(send: (bytes: Uint8Array) => Promise<Messages>): Promise<void> {
    for (const { name } of this.#kept.values()) await send(serialize.close({ type: 'S', name }));
    this.#kept.clear();
  }
}
