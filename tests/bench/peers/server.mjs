/** CouchDB's protocol served by express-pouchdb on leveldb: the peer's county. Told its folder, tells its port. */
import { createRequire } from 'node:module';
import express from 'express';

const require = createRequire(import.meta.url);
const PouchDB = require('pouchdb');
const [folder] = process.argv.slice(2);
const Stored = PouchDB.defaults({ prefix: `${folder}/` });
const app = express();
const options = { mode: 'minimumForPouchDB', logPath: `${folder}/log.txt`, inMemoryConfig: true };
app.use('/', require('express-pouchdb')(Stored, options));
const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
