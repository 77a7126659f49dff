/** Puts documents into a PouchDB of its own and replicates them to the address given; tells the milliseconds. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const PouchDB = require('pouchdb');
const [folder, documents, url] = process.argv.slice(2);
const local = new PouchDB(`${folder}/local`);
await local.bulkDocs(JSON.parse(readFileSync(documents, 'utf8')));
const begun = performance.now();
const result = await local.replicate.to(url);
const replicateMs = performance.now() - begun;
process.send({ replicateMs, written: result.docs_written });
await local.close();
