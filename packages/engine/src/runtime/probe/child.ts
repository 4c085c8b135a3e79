/** @file Tries a device in a process of its own: a driver that does not work may end the process it is loaded into. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { type DType, GraphBuilder, tensorOf } from '../../graph/index.js';
import { encodeOnnx } from '../../graph/onnx/index.js';
import { toOrt } from '../ort-tensors.js';
import type { ProbeReport } from './report.js';

const device = process.argv[2] ?? 'webgpu';

/** Runs x + x, the least that has to work. */
async function add(dtype: DType): Promise<void> {
  const b = new GraphBuilder();
  const x = b.input('x', dtype, [2]);
  b.output('y', b.add(x, x));
  const session = await InferenceSession.create(encodeOnnx(b.build()), {
    executionProviders: [device],
    logSeverityLevel: 4,
    extra: { session: { disable_cpu_ep_fallback: '1' } },
  });
  const { y } = await session.run({ x: toOrt(device, 'x', tensorOf(dtype, [2], [1, 2])) });
  if (y === undefined || y.dims[0] !== 2) throw new Error('The device computed nothing.');
  await session.release();
}

/** Drivers of Vulkan, OpenGL and CUDA that are in this process's memory. */
async function drivers(): Promise<string[]> {
  const maps = await readFile('/proc/self/maps', 'utf8').catch(() => '');
  const files = maps.match(/\/\S+\.so[.\d]*$/gm) ?? [];
  const names = files.map((file) => basename(file));
  return [
    ...new Set(names.filter((name) => /^lib(vk_|vulkan_|GLX_nvidia|nvidia-(vulkan|glvk)|cuda\.)/.test(name))),
  ].sort();
}

async function probe(): Promise<ProbeReport> {
  try {
    await add('f32');
  } catch (error) {
    return { usable: false, said: error instanceof Error ? error.message : String(error) };
  }
  const f16 = await add('f16').then(
    () => true,
    () => false,
  );
  return { usable: true, f16, drivers: await drivers() };
}

process.send?.(await probe(), () => process.exit(0));
