/**
 * Puts documents into a PouchDB of its own and replicates them to the address given: the first ones at once, the rest
 * when it is told to go on. Tells when it has done the first, and the milliseconds of the rest.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const PouchDB = require('pouchdb');
const [folder, documents, url, before, batchSize] = process.argv.slice(2);
const options = { batch_size: Number(batchSize) };
const all = JSON.parse(readFileSync(documents, 'utf8'));
const local = new PouchDB(`${folder}/local`);
await local.bulkDocs(all.slice(0, Number(before)));
await local.replicate.to(url, options);
await local.bulkDocs(all.slice(Number(before)));
const told = once(process, 'message');
process.send({ ready: true });
await told;
const begun = performance.now();
const result = await local.replicate.to(url, options);
const replicateMs = performance.now() - begun;
process.send({ replicateMs, written: result.docs_written });
await local.close();
process.disconnect();
