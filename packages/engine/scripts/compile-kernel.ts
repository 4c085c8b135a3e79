import { readFile } from 'node:fs/promises';
import asc from 'assemblyscript/asc';

const source = new URL('../kernels/mean.ts', import.meta.url);

/** The text of `generated/mean.ts`: the kernel of the exact mean as a WebAssembly module. The same on every machine. */
export async function compileMeanKernel(): Promise<string> {
  const text = await readFile(source, 'utf8');
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    ['mean.ts', '--enable', 'simd', '--runtime', 'stub', '-O3', '--noAssert', '--importMemory', '-o', 'mean.wasm'],
    {
      readFile: (name) => (name === 'mean.ts' ? text : null),
      writeFile(name, contents) {
        if (name === 'mean.wasm' && typeof contents !== 'string') binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || binary === undefined) throw new Error(`${error?.message ?? 'nothing was made'}\n${stderr}`);
  const lines = (
    Buffer.from(binary)
      .toString('base64')
      .match(/.{1,100}/g) ?? []
  ).map((line) => `  '${line}'`);
  return `// Made of kernels/mean.ts by \`npm run kernels -w packages/engine\`: change that, not this.\nexport const meanModule =\n${lines.join(' +\n')};\n`;
}
