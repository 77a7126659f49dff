/** What the county's command can be told, and what it says of that. */
import { UsageError, type ScriptArguments } from './cli.ts';

export const HELP = `
npm run county -- [options]
Runs the county's server and its page. Ctrl+C or SIGTERM ends it after the requests under way.
  --data DIR       folder of its database and key (default data/county)
  --port N         port (default 8080; 0: any free one)
  --host H         address to listen on (default 127.0.0.1: this machine only; 0.0.0.0: everybody, by TLS)
  --tls-cert F     its certificate (PEM, with those above it) and
  --tls-key F      the key to it; without both it makes its own in DIR when it listens to others. With --tls-cert
                   alone the county stays on 127.0.0.1, and a proxy before it serves that certificate
  --pin-ca         stations trust the last certificate of --tls-cert, that of a CA, instead of its first one's key
  --public-url U   where stations reach it, such as https://county.example (default: where it listens)
  --sample         serve the made-up village as station 1; it may enrol from this machine without a code
These end at once, and work while the county runs, too:
  --new-code ID    print what brings a machine in as station ID: a one-time code, valid 7 days, and its QR code
  --replace-machine ID  the same for a machine that takes the place of the station's present one, which is shut out when
                   the new one is in
  --revoke ID      shut the station's machine out at once, as after a theft
  --qr FILE        with a code: write its QR code into a .png or .svg instead of showing it here
  --import PATH    take in what a USB stick brings: PATH is the stick, a folder of bundles or one bundle. The answers
                   go back onto the stick
  --answers DIR    with --import: put the answers here instead
  --reference PATH bring in a village's file, or a folder of them (README, "A village's file"): its people, cards,
                   goods, keepers and activities. Each file is taken whole or not at all; what is wrong is named. Lists
                   left out of a file stay as they are; the same file again changes nothing
  --export-reference ID --to FILE   write such a file of what the county holds of a station, to edit and bring back
  --revoke-card CARD   put a lost card, by the ten digits printed on it, on the list of every station; for good. May
                   be given several times
  --rules FILE --by NAME --reason TEXT   change rules of the whole county: FILE names the numbers that change, such as
                   {"points":{"maxPerDay":60}}, by the names of domain/rules/ruleSet.ts. Who, when and why are kept
  --price ID --goods N --points P --from DATE --by NAME --reason TEXT   propose another price of goods at station ID
                   from a day such as 2026-12-01, after the days of posting that the rules want (three)
  --confirm-price N --by NAME   confirm what was proposed as number N: another person than who proposed it
  --erase-person N --by NAME --reason TEXT   erase the name, telephone, year of birth and card of volunteer N, who
                   wished it; records keep the number, which nobody gets again
  --merge-person N --into M --by NAME --reason TEXT   volunteer N was registered twice: from now on N is M. All
                   points in N's name, also those that turn up later, become M's; N and its cards end. For good
  --token          print the token with which the administrator logs in to the page of the county that runs
  --backup FILE    write everything in the database into FILE, read it back, and end. Works while the county runs.
                   Keep a copy of DIR/county-key.pem and DIR/county-revoked.json, too: they are not in it
  --restore FILE   bring the database back from a backup, whole or not at all, and end. The county must not run.
                   Stations notice it and send again what the backup lacks
  --replace        with --restore: throw away what the database holds now
Without DATABASE_URL the database is PGlite, an embedded PostgreSQL in DIR/db. It does not force its writes to
the disk: it is for a trial. With DATABASE_URL=postgres://user:password@host/name it is PostgreSQL; the county's
keys stay in DIR. On the page whoever is logged in settles exceptions, moves points, declares stations lost, brings in
villages and changes rules as well. Keep copies of DIR/county-key.pem, by which stations know the county; of DIR/county-tls-key.pem where
it makes its own certificate, which they pin; and of DIR/county-revoked.json, with what was shut out.
`;

export const OPTIONS = {
  data: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  sample: { type: 'boolean' },
  'new-code': { type: 'string' },
  import: { type: 'string' },
  answers: { type: 'string' },
  token: { type: 'boolean' },
  backup: { type: 'string' },
  restore: { type: 'string' },
  replace: { type: 'boolean' },
  'replace-machine': { type: 'string' },
  revoke: { type: 'string' },
  qr: { type: 'string' },
  reference: { type: 'string' },
  'export-reference': { type: 'string' },
  to: { type: 'string' },
  'revoke-card': { type: 'string', multiple: true },
  rules: { type: 'string' },
  price: { type: 'string' },
  goods: { type: 'string' },
  points: { type: 'string' },
  from: { type: 'string' },
  'confirm-price': { type: 'string' },
  'erase-person': { type: 'string' },
  'merge-person': { type: 'string' },
  into: { type: 'string' },
  by: { type: 'string' },
  reason: { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'pin-ca': { type: 'boolean' },
  'public-url': { type: 'string' },
} as const;

/** What does something and ends; two at once would do one of them silently. */
const ACTS = [
  'new-code',
  'replace-machine',
  'revoke',
  'reference',
  'export-reference',
  'revoke-card',
  'rules',
  'price',
  'confirm-price',
  'erase-person',
  'merge-person',
  'import',
  'token',
  'backup',
  'restore',
] as const;
/** What says something only beside one of these. */
const BESIDE: Readonly<Record<string, readonly (typeof ACTS)[number][]>> = {
  qr: ['new-code', 'replace-machine'],
  answers: ['import'],
  replace: ['restore'],
  to: ['export-reference'],
  goods: ['price'],
  points: ['price'],
  from: ['price'],
  into: ['merge-person'],
  by: ['rules', 'price', 'confirm-price', 'erase-person', 'merge-person'],
  reason: ['rules', 'price', 'erase-person', 'merge-person'],
};

/** Refuses what would be passed over in silence. */
export function checkTogether(args: ScriptArguments): void {
  const given = (name: string): boolean => args.flag(name) || args.list(name).length > 0;
  const acts = ACTS.filter(given);
  if (acts.length > 1) throw new UsageError(`Give --${acts.join(' and --')} one after the other.`);
  for (const [name, owners] of Object.entries(BESIDE))
    if (given(name) && !owners.some(given))
      throw new UsageError(`--${name} says something only with --${owners.join(' or --')}.`);
}

/** The value of an option that an act needs beside it. */
export function needed(args: ScriptArguments, name: string, act: string): string {
  const value = args.text(name)?.trim() ?? '';
  if (value === '') throw new UsageError(`--${act} needs --${name}.`);
  return value;
}
