/** Puts the sync of a station together out of its folder and its county's address. */
import { httpTransport } from './transport.ts';
import { openKeyFolder } from './keyFolder.ts';
import { createSync, type SyncOptions } from './sync.ts';
import { workerDesk } from './workerDesk.ts';
import type { SyncPort } from '../ports.ts';

export interface OpenSyncOptions extends Omit<SyncOptions, 'desk' | 'keys' | 'transport'> {
  /** Folder of the station's data: its keys stand there, and the worker reads the journal from there. */
  readonly dir: string;
  /** http or https address of the county. */
  readonly countyUrl: string;
  /** worker.ts of this folder, or what it was built into. */
  readonly workerFile: URL;
}

/** Starts the sync with a county; throws if the folder of the keys cannot be used. */
export function openSync(options: OpenSyncOptions): SyncPort {
  const { dir, countyUrl, workerFile } = options;
  const keys = openKeyFolder(dir);
  return createSync({
    ...options,
    keys,
    desk: workerDesk(workerFile, { dir, privateKeyPem: keys.privateKeyPem }),
    transport: httpTransport(countyUrl, { pin: () => keys.tlsPin(), nowMs: () => options.clock.nowMs() }),
  });
}
