import { describe, expect, test } from 'vitest';
import { chooseDevice, type DeviceWord } from './choose-device.js';
import { DeviceError } from './errors.js';
import { type DeviceReport, deviceReports, webgpuReport } from './probe/device-report.js';
import { whyNoWebgpu } from './webgpu/adapter.fixture.js';

const none = (device: 'webgpu' | 'cuda'): DeviceReport => ({
  device,
  usable: false,
  hardware: false,
  what: '',
  f16: false,
  reason: 'There is none.',
  advice: 'Buy one.',
});
const works = (device: 'webgpu' | 'cuda', hardware = true): DeviceReport => ({
  ...none(device),
  usable: true,
  hardware,
  what: 'Card 3000',
  reason: null,
  advice: null,
});

function machine(webgpu: DeviceReport, cuda: DeviceReport) {
  const cpu: DeviceReport = { ...works('cuda'), device: 'cpu' };
  return (word: DeviceWord) => chooseDevice(word, async (device) => ({ cpu, webgpu, cuda })[device]);
}

describe('auto', () => {
  test.each([
    ['cuda, before all others', works('webgpu'), works('cuda'), 'cuda', /its provider works here\.$/],
    ['webgpu, where a graphics processor is', works('webgpu'), none('cuda'), 'webgpu', /\(Card 3000\): a graphics/],
    ['cpu, where WebGPU is only played', works('webgpu', false), none('cuda'), 'cpu', /only a software adapter, and/],
    ['cpu, where nothing else is', none('webgpu'), none('cuda'), 'cpu', /no graphics processor was found, and/],
  ] as const)('is %s', async (_, webgpu, cuda, device, why) => {
    const choice = await machine(webgpu, cuda)('auto');
    expect(choice.device).toBe(device);
    expect(choice.why).toMatch(why);
    expect(choice.why).toMatch(/^Steps run on [^.]+\.$/);
  });
});

describe('a device that is asked for', () => {
  test('is taken where it works, a software one too', async () => {
    const ask = machine(works('webgpu', false), works('cuda'));
    expect(await ask('webgpu')).toMatchObject({ device: 'webgpu' });
    expect(await ask('cuda')).toMatchObject({ device: 'cuda' });
    expect(await ask('cpu')).toMatchObject({ device: 'cpu' });
  });

  test('and does not work is refused with what to do', async () => {
    const refused = machine(none('webgpu'), none('cuda'))('cuda');
    await expect(refused).rejects.toThrow(DeviceError);
    await expect(refused).rejects.toThrow('The device cuda cannot be used here. There is none.');
    await expect(refused).rejects.toMatchObject({ advice: 'Buy one.' });
  });
});

describe('what is found of WebGPU', () => {
  const swiftShader = { usable: true, f16: false, drivers: ['libvk_swiftshader.so'] } as const;
  const nvidia = { usable: true, f16: true, drivers: ['libGLX_nvidia.so.0', 'libvulkan_lvp.so'] } as const;

  test('is hardware when a driver of a card is loaded and the card is there', () => {
    expect(webgpuReport(nvidia, ['/dev/nvidia0'])).toMatchObject({ hardware: true, what: 'libGLX_nvidia.so.0' });
    expect(webgpuReport(nvidia, [])).toMatchObject({ usable: true, hardware: false });
    expect(webgpuReport(swiftShader, ['/dev/dri/renderD128'])).toMatchObject({
      hardware: false,
      what: 'libvk_swiftshader.so: software, slow',
    });
    expect(webgpuReport({ ...nvidia, drivers: [] }, null)).toMatchObject({ hardware: true });
  });

  test('and fails says why', () => {
    expect(webgpuReport({ usable: false, said: 'lambda: No supported adapters\n' }, [])).toMatchObject({
      usable: false,
      reason: 'No graphics processor was found that WebGPU can use.',
      advice: expect.stringMatching(/driver/),
    });
    expect(
      webgpuReport({ usable: false, said: 'the process that tried it ended with exit code 1.' }, []),
    ).toMatchObject({
      reason: 'It failed when it was tried: the process that tried it ended with exit code 1.',
    });
  });

  test('on this machine with SwiftShader is a software adapter', async (context) => {
    const missing = await whyNoWebgpu();
    if (missing !== null) return context.skip(missing);
    if (process.env.VK_ICD_FILENAMES?.includes('swiftshader') !== true) return context.skip('this adapter is hardware');
    const reports = await deviceReports();
    expect(reports.map(({ device }) => device)).toEqual(['cpu', 'webgpu', 'cuda']);
    expect(reports[1]).toMatchObject({ usable: true, hardware: false, reason: null });
  });

  test('without any driver is a sentence', async () => {
    const before = process.env.VK_DRIVER_FILES;
    process.env.VK_DRIVER_FILES = '/nothing/here.json';
    const [, webgpu] = await deviceReports();
    if (before === undefined) delete process.env.VK_DRIVER_FILES;
    else process.env.VK_DRIVER_FILES = before;
    if (process.platform === 'linux') {
      expect(webgpu).toMatchObject({ usable: false, reason: 'No graphics processor was found that WebGPU can use.' });
    }
  });
});
