/** Couriers: a station in the dark writes a stick, and somebody carries it to the county, twice or late or in disorder. */
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fromCounty, toCounty } from '../../../electron/station/stick/tools.ts';
import { chanceOf } from '../chance.ts';
import { hasFault, type Plan, type Round } from '../plan.ts';
import type { CountyProcess } from '../processes.ts';
import type { Folder } from '../stretch.ts';
import type { FaultName } from './names.ts';

/** The stick that belongs to a folder; it is there from its first use on. */
export function stickOf({ dir }: Pick<Folder, 'dir'>): string {
  return `${dir}.stick`;
}

const filesIn = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];

/** Carries every stick that was written to the county, and brings the answers back onto it. */
export async function carrySticks(
  plan: Plan,
  county: CountyProcess,
  { index }: Round,
  folders: readonly Folder[],
  onFault: (name: FaultName) => void,
): Promise<void> {
  if (!hasFault(plan, 'stick')) return;
  for (const folder of folders) {
    const stick = stickOf(folder);
    const written = filesIn(toCounty(stick));
    if (written.length === 0) continue;
    const chance = chanceOf(plan.seed, 'stick', folder.name, index);
    // Copies of everything that was ever on it: a drawer full of old sticks.
    const drawer = `${stick}.old`;
    const old = filesIn(drawer);
    mkdirSync(drawer, { recursive: true });
    written.forEach((file, i) => copyFileSync(file, join(drawer, `${index}-${i}`)));
    const files = chance.percent(50) ? [...written] : [...written].reverse();
    if (chance.percent(40)) files.push(...written);
    if (chance.percent(40) && old.length > 0) files.push(chance.pick(old));
    const answersTo = fromCounty(stick);
    mkdirSync(answersTo, { recursive: true });
    await county.say({ kind: 'CARRY', files, answersTo });
    onFault('stick');
  }
}
