/**
 * The scanner's own process: if the native driver crashes, the station does not. Started by child_process.fork
 * under Node, by utilityProcess under Electron.
 */
import { openNodeHid } from './nodeHid.ts';
import { runScannerProcess } from './child.ts';

await runScannerProcess(openNodeHid);
