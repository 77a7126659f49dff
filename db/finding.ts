/** What verify finds wrong with a database, and how it is said. */

/** What is wrong. Where a sequence is named, every event before it is right. */
export type Finding =
  /** There is no database, or SQLite cannot read it. */
  | { readonly kind: 'UNREADABLE'; readonly detail: string }
  | { readonly kind: 'OTHER_SCHEMA'; readonly found: number; readonly known: number }
  /** A table, index or trigger is not as this program makes it. */
  | { readonly kind: 'SCHEMA'; readonly name: string }
  /** The event is not the one that was written: its text is no event, its place or its hash is wrong. */
  | {
      readonly kind: 'EVENT';
      readonly incarnation: string;
      readonly seq: number;
      readonly problem: 'NO_EVENT' | 'GAP' | 'WRONG_HASH' | 'CANNOT_BE_FOLDED';
    }
  /** Events at the end are gone that the county has acknowledged or a request became. */
  | { readonly kind: 'CUT_OFF'; readonly incarnation: string; readonly seq: number }
  /** A view says something else than the journal. */
  | {
      readonly kind: 'VIEW';
      readonly table: string;
      /** The key of the first row that differs, such as `volunteer_id=4`. */
      readonly key: string;
      readonly problem: 'DIFFERENT' | 'MISSING' | 'TOO_MANY';
    }
  /** An account says that it holds something else than its lots do, though both follow from the journal. */
  | { readonly kind: 'BOOKS'; readonly holder: number; readonly holderId: number };

/** One line that says what a finding is, for a person at the terminal. */
export function describeFinding(finding: Finding): string {
  switch (finding.kind) {
    case 'UNREADABLE':
      return `the database cannot be read: ${finding.detail}`;
    case 'OTHER_SCHEMA':
      return `the database has schema ${finding.found}, this program knows ${finding.known}: start the station once, or update`;
    case 'SCHEMA':
      return `the schema was changed: ${finding.name} is not as this program makes it`;
    case 'EVENT': {
      const problems = {
        NO_EVENT: 'it is no event that this program knows',
        GAP: 'it is missing',
        WRONG_HASH: 'it was changed after it was written',
        CANNOT_BE_FOLDED: 'it contradicts what came before it',
      };
      return `event ${finding.seq} of incarnation ${finding.incarnation} is wrong: ${problems[finding.problem]}`;
    }
    case 'CUT_OFF':
      return `event ${finding.seq} of incarnation ${finding.incarnation} is missing: the end was cut off`;
    case 'BOOKS':
      return `the account holder=${finding.holder} holder_id=${finding.holderId} holds something else than its lots do`;
    case 'VIEW': {
      const problems = {
        DIFFERENT: 'says something else than the journal',
        MISSING: 'is missing',
        TOO_MANY: 'has no event behind it',
      };
      return `the view ${finding.table} is wrong: the row ${finding.key} ${problems[finding.problem]}`;
    }
  }
}
