/** The scanner's real process over a scanner that scans once as soon as it is opened: its own process id. */
import { runScannerProcess } from '../../../electron/scanner/child.ts';
import { hidPosReports } from '../../domain/scanner/support.ts';

await runScannerProcess(() =>
  Promise.resolve({
    devices: () => Promise.resolve([{ path: 'fixture', usagePage: 0x8c, usage: 2 }]),
    open: () => {
      // A device that is being read keeps its process alive, as node-hid's does.
      const reading = setInterval(() => undefined, 60_000);
      return Promise.resolve({
        listen: ({ data }) => {
          setImmediate(() => {
            for (const report of hidPosReports(`process ${process.pid} `.padEnd(130, '.'))) data(report);
          });
        },
        close: () => {
          clearInterval(reading);
          return Promise.resolve();
        },
      });
    },
  }),
);
