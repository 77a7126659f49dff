/**
 * A station process that kills itself, as a power cut would, ahead of the n-th SQL statement of an act; n = 0: never.
 * Arguments: folder, act, n, the village's file. When the act is through it says on standard output how it was answered, and after how
 * many statements.
 */
import { writeSync } from 'node:fs';
import { ACT, type ActName } from './acts.ts';
import { localWorld, openLocal } from './local.ts';
import { beforeEachStatement } from './statements.ts';
import { readVillage } from './village.ts';

const [dir = '', name = '', point = '0', villageFile = ''] = process.argv.slice(2);
const village = readVillage(villageFile);
// Nothing of the station's own comes between the statements of the act: they are as many each time.
const timers = { set: () => null, clear: () => undefined };
const station = openLocal(dir, village, { world: { ...localWorld(), timers } });
const act = await ACT[name as ActName].prepare(station, village);
let statements = 0;
const die = () => {
  if (statements === Number(point)) process.kill(process.pid, 'SIGKILL');
};
beforeEachStatement(() => {
  statements += 1;
  die();
});
const answer = await act();
// The instant after the last statement, when nobody has been told anything yet.
statements += 1;
die();
writeSync(1, JSON.stringify({ answer, statements: statements - 1 }));
process.exit(0);
