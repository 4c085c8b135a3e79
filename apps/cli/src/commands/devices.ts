import { chooseDevice, type DeviceReport, deviceReports } from '@stockpot/engine/process';

/** Prints every device with whether it can be used, why not, and what to do; then what `--device auto` would take. */
export async function devicesCommand({ json }: { readonly json?: boolean }): Promise<void> {
  const reports = await deviceReports();
  const auto = await chooseDevice('auto', async (device) => {
    const report = reports.find((candidate) => candidate.device === device);
    if (report === undefined) throw new Error(`Nothing was reported of ${device}.`);
    return report;
  });
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ devices: reports, auto }, null, 2)}\n`
      : `${reports.map(paragraph).join('\n')}\n\nauto      ${auto.why}\n`,
  );
}

function paragraph({ device, usable, what, f16, reason, advice }: DeviceReport): string {
  const name = device.padEnd(8);
  const half = device === 'cpu' ? ', 16-bit floats (slower than 32-bit ones here)' : ', 16-bit floats';
  if (usable) return `${name}  usable: ${what}${f16 ? half : ''}`;
  return `${name}  not usable. ${reason}\n          ${advice}`;
}
