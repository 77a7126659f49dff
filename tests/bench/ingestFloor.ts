/** The least that taking batches in could cost: the same rows, ready made, into tables of the same shape. */
import { performance } from 'node:perf_hooks';
import pg from 'pg';

/** Every table that a batch writes to. Its first column is the station. */
const TABLES = [
  'event',
  'event_run',
  'boot_time',
  'station_total',
  'volunteer_total',
  'ledger_account',
  'ledger_lot',
  'ledger_use',
  'cap_use',
  'attended',
  'goods_stock',
] as const;
type Table = (typeof TABLES)[number];

interface Insert {
  readonly sql: string;
  /** Columns side by side, as unnest takes them: each one text, so that no driver escapes values while it is timed. */
  readonly columns: readonly string[];
  readonly rows: number;
}

/** A column as PostgreSQL reads an array. */
function arrayText(values: readonly (string | number | boolean | null)[]): string {
  const quoted = values.map((value) =>
    value === null ? 'NULL' : `"${String(value).replace(/[\\"]/g, '\\$&')}"`,
  );
  return `{${quoted.join(',')}}`;
}
/** What is written in one transaction. */
type FloorBatch = readonly Insert[];

export interface Floor {
  /** Rows of all tables together. */
  readonly rows: number;
  /** Of each station. */
  readonly stations: readonly (readonly FloorBatch[])[];
}

const floorOf = (table: Table): string => `floor_${table}`;

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

/** Rows of one table of one station, cut into so many batches. */
async function insertsOf(
  client: pg.Client,
  table: Table,
  stationId: number,
  batches: number,
): Promise<readonly Insert[]> {
  const { rows: types } = await client.query<{ name: string; type: string }>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [table],
  );
  const { rows } = await client.query<(string | number | boolean | null)[]>({
    text: `SELECT ${types.map(({ name }) => name).join(', ')} FROM ${table} WHERE station_id = $1 ORDER BY 1, 2, 3`,
    values: [stationId],
    rowMode: 'array',
  });
  const arrays = types.map(({ type }, i) => `$${i + 1}::${type}[]`).join(', ');
  const sql = `INSERT INTO ${floorOf(table)} SELECT * FROM unnest(${arrays})`;
  const size = Math.ceil(rows.length / batches);
  return Array.from({ length: batches }, (_, i) => {
    const part = rows.slice(i * size, (i + 1) * size);
    const columns = types.map((_type, column) => arrayText(part.map((row) => row[column] ?? null)));
    return { sql, columns, rows: part.length };
  }).filter(({ rows: count }) => count > 0);
}

/** Reads what a county holds of its stations after it has taken their batches in. */
export async function readFloor(url: string, stations: number, batches: number): Promise<Floor> {
  const client = await connect(url);
  const found: FloorBatch[][] = [];
  let rows = 0;
  for (let stationId = 1; stationId <= stations; stationId++) {
    const own = Array.from({ length: batches }, (): Insert[] => []);
    for (const table of TABLES)
      for (const [i, insert] of (await insertsOf(client, table, stationId, batches)).entries()) {
        own[i]?.push(insert);
        rows += insert.rows;
      }
    found.push(own);
  }
  await client.end();
  return { rows, stations: found };
}

/**
 * Writes the rows by bare unnest, one transaction a batch, so many clients at once, into tables with the columns and
 * keys of the county's; `only` narrows it to one of them. Milliseconds.
 */
export async function writeFloor(
  url: string,
  { stations }: Floor,
  clients: number,
  only?: Table,
): Promise<number> {
  const lines = await Promise.all(Array.from({ length: clients }, () => connect(url)));
  const [first] = lines;
  for (const table of TABLES) {
    await first?.query(`DROP TABLE IF EXISTS ${floorOf(table)}`);
    await first?.query(`CREATE TABLE ${floorOf(table)} (LIKE ${table} INCLUDING DEFAULTS INCLUDING INDEXES)`);
  }
  const queue = [...stations];
  const begun = performance.now();
  await Promise.all(
    lines.map(async (line) => {
      for (let own = queue.shift(); own !== undefined; own = queue.shift())
        for (const batch of own) {
          await line.query('BEGIN');
          for (const { sql, columns } of batch)
            if (only === undefined || sql.startsWith(`INSERT INTO ${floorOf(only)} `))
              await line.query(sql, [...columns]);
          await line.query('COMMIT');
        }
    }),
  );
  const ms = performance.now() - begun;
  for (const line of lines) await line.end();
  return ms;
}
