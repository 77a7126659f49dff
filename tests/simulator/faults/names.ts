/** Every fault there is, with what it does. A fault is one entry here and one small module that acts on it. */
export const FAULTS = {
  dark: 'a station has no line for days',
  stick: 'a stick is carried for a station in the dark: late, twice, an old one after a new one',
  drop: 'a request never arrives',
  lostAnswer: 'the county has done it, and its answer is lost',
  duplicate: 'a request arrives twice',
  reorder: 'a request arrives again after later ones',
  truncate: 'a request or an answer ends in the middle',
  bitFlip: 'one bit of a request or an answer is turned over',
  killStation: 'kill -9 of the process with the stations, at any SQL statement',
  powerCut: 'one station loses its power between two SQL statements',
  killCounty: 'kill -9 of the county in the middle of its requests',
  diskFull: 'SQLite finds no page left for a while',
  clock: "a station's clock is off by a year",
  damagedDisk: 'a station is restored from its backup beside the damaged database',
  lostDisk: 'a station is restored from its backup, and nothing else is left',
  newMachine: "a station's machine is gone with all that was on it; a new one is brought in by a code",
  clone: 'a copy of a station wakes up on another machine and works beside it',
  lostStation: 'a station is declared lost, its points are opened elsewhere, and then it speaks again',
  versionSkew:
    'stations and the county are updated at different times, so that one does not know what the other speaks',
  revokedKey: "a station's key is revoked, and later it is given another",
  restoredCounty: 'the county is restored from a copy of days ago, with a new epoch',
} as const;
export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

export function isFault(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}
