/**
 * The name of a machine: what its system calls it and, after a bar, what of its hardware can be told apart. Machines
 * that were set up from one golden image have the same system's name, so the hardware has a say as well.
 */
const BAR = '|';

/** `system`: such as /etc/machine-id; `parts`: names of things that stay in the machine, such as disks and network cards. */
export function machineName(system: string, parts: readonly string[]): string {
  return parts.length === 0 ? system : `${system}${BAR}${[...parts].sort().join(',')}`;
}

/**
 * Whether two names are of one machine: the same system, and one part in common where both name parts. A card or a
 * disk may be exchanged, and a name from before the parts were looked at has none.
 */
export function isSameMachine(then: string, now: string): boolean {
  const [systemThen = '', partsThen = ''] = then.split(BAR);
  const [systemNow = '', partsNow = ''] = now.split(BAR);
  if (systemThen !== systemNow) return false;
  if (partsThen === '' || partsNow === '') return true;
  const known = new Set(partsThen.split(','));
  return partsNow.split(',').some((part) => known.has(part));
}
