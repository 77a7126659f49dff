/**
 * What was told to people, written down outside of everything under test: one line for each, by a bare write to a
 * file, so that it is there when the process that wrote it has been killed.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import * as v from 'valibot';
import type { EventType } from '../../domain/journal/events.ts';

/** An act that a screen was told has been recorded. */
export interface Confirmed {
  readonly kind: 'CONFIRMED';
  readonly stationId: number;
  readonly incarnation: string;
  readonly seq: number;
  readonly type: EventType;
  /** Whom it is about: a volunteer, goods, a household; 0 where the type says all. */
  readonly about: number;
  readonly points: number;
}
/** Something that must not be, seen by whoever drives a station. */
export interface Wrong {
  readonly kind: 'WRONG';
  readonly what: string;
}
export type Line =
  | Confirmed
  /** Where the time of a folder and its journal stand; written ahead of each act. */
  | { readonly kind: 'AT'; readonly folder: string; readonly trueMs: number; readonly recorded: number }
  /** A stretch is over and its station closed. */
  | { readonly kind: 'DONE'; readonly folder: string; readonly round: number; readonly quiet: boolean }
  /** A station was given a fault; for the table at the end. */
  | { readonly kind: 'FAULT'; readonly name: string }
  | Wrong;

const lineSchema = v.custom<Line>((value) => typeof value === 'object' && value !== null && 'kind' in value);

export interface Writer {
  readonly write: (line: Line) => void;
  readonly close: () => void;
}

export function openRecord(file: string): Writer {
  const handle = openSync(file, 'a');
  return {
    write: (line) => {
      // A write that a kill cut short must not swallow the next line.
      writeSync(handle, `\n${JSON.stringify(line)}`);
    },
    close: () => closeSync(handle),
  };
}

export interface Part {
  readonly lines: readonly Line[];
  /** Where the next part begins, bytes. */
  readonly end: number;
}

/** The lines of a record from a byte on; one that a kill cut short is none. */
export function readRecord(file: string, from = 0): Part {
  if (!existsSync(file)) return { lines: [], end: 0 };
  const handle = openSync(file, 'r');
  const bytes = Buffer.alloc(fstatSync(handle).size - from);
  readSync(handle, bytes, 0, bytes.length, from);
  closeSync(handle);
  const lines: Line[] = [];
  for (const text of bytes.toString('utf8').split('\n')) {
    try {
      lines.push(v.parse(lineSchema, JSON.parse(text)));
    } catch {
      continue; // Nothing was told by half a line.
    }
  }
  return { lines, end: from + bytes.length };
}
