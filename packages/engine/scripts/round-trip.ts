/**
 * @file Takes the checkpoint of another library, fine-tunes it for a few steps and writes it back in that library's names:
 *
 *     node --conditions=stockpot-source --import tsx scripts/round-trip.ts IN OUT ['{"classes": 4}']
 *
 * OUT gets `trained.safetensors` (as Stockpot stores it), `given-back/` (as the library reads it), and `stockpot.json`: the
 * images of the training and Stockpot's logits for them. What may be told: a new head of so many classes, another format to
 * write, heads and pooling where no config says them.
 * test/oracles/engine/round_trip.py runs this and lets the library read what came out.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeSafetensors } from '../src/checkpoints/safetensors.js';
import { roundTrip, roundTripOptions, trainingImages } from '../src/models/formats/round-trip.fixture.js';
import { describeModel } from '../src/models/metadata.js';

const [folder, target, told = '{}'] = process.argv.slice(2);
if (folder === undefined || target === undefined) {
  process.stderr.write('Give the folder of a checkpoint and a folder to write to.\n');
  process.exit(2);
}
const { trained, files, logits } = await roundTrip(folder, roundTripOptions.parse(JSON.parse(told)));
await mkdir(join(target, 'given-back'), { recursive: true });
await writeFile(join(target, 'trained.safetensors'), trained);
for (const [name, content] of Object.entries(files)) await writeFile(join(target, 'given-back', name), content);
const { architecture } = describeModel(decodeSafetensors(trained).metadata, 'the fine-tuned model');
const images = [...trainingImages(architecture)];
await writeFile(join(target, 'stockpot.json'), `${JSON.stringify({ images, logits: [...logits] })}\n`);
