/** The hardware behind `HidPort`: node-hid's asynchronous interface, the one that loses no reports. */
import type { HidPort } from './reader.ts';

/**
 * Loads node-hid. Rejects where its native part cannot be loaded (libusb-1.0.so.0 or libudev.so.1 missing on
 * Linux): without it there is no scanner of this kind.
 */
export async function openNodeHid(): Promise<HidPort> {
  const { devicesAsync, HIDAsync } = await import('node-hid');
  return {
    devices: () => devicesAsync(),
    open: async (path) => {
      const device = await HIDAsync.open(path);
      return {
        listen: (on) => {
          // `error` first: an EventEmitter without a listener for it throws. Its value is a string, of no use.
          device.on('error', on.error);
          device.on('data', on.data);
        },
        close: async () => {
          // Reading is stopped in the tick after the last `data` listener went, and must be before the handle
          // is closed: closing under a pending read has crashed node-hid (issues 537, 538, 540, 554).
          device.removeAllListeners('data');
          await new Promise((resolve) => setImmediate(resolve));
          await device.close();
        },
      };
    },
  };
}
