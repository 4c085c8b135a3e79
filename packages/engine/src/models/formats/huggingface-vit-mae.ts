import { z } from 'zod';
import type { VitArchitecture } from '../vit/architecture.js';
import { blockEntry, blockOf } from './block-names.js';
import { readConfig } from './config.js';
import type { CheckpointFormat, DecoderShape, NameEntry, Variant } from './format.js';
import { freshPreprocessor, huggingFacePreprocessing, PREPROCESSOR } from './huggingface-config.js';
import {
  freshVitConfig,
  huggingFaceVitArchitecture,
  huggingFaceVitBlock,
  huggingFaceVitConfig,
  huggingFaceVitEntry,
  refuseBeyondPlainVit,
} from './huggingface-vit.js';

const config = huggingFaceVitConfig.extend({
  decoder_hidden_size: z.int().default(512),
  decoder_num_hidden_layers: z.int().default(8),
  decoder_num_attention_heads: z.int().default(16),
  decoder_intermediate_size: z.int().default(2048),
});

/** As published, and as some versions of transformers write it. */
const DECODER_LAYERS = ['decoder.decoder_layers.', 'decoder.decoder_encoder.layer.'];

/** Hugging Face's `ViTMAEModel` and `ViTMAEForPreTraining`, the decoder with it. */
export const huggingFaceVitMae: CheckpointFormat = {
  name: 'huggingface-vit-mae',
  title: "Hugging Face's ViTMAE",
  needs: ['config.json', PREPROCESSOR],
  recognise: (names, files) =>
    ['vit.', ''].some((prefix) => names.has(`${prefix}embeddings.patch_embeddings.projection.weight`)) &&
    /"model_type"\s*:\s*"vit_mae"/.test(files.get('config.json') ?? ''),
  understand(checkpoint, options) {
    const { source, types } = checkpoint;
    const said = readConfig(checkpoint, 'config.json', config);
    const decoder: DecoderShape | null = types.has('decoder.mask_token')
      ? {
          dim: said.decoder_hidden_size,
          depth: said.decoder_num_hidden_layers,
          heads: said.decoder_num_attention_heads,
          mlp: said.decoder_intermediate_size,
        }
      : null;
    const layers = DECODER_LAYERS.find((prefix) => [...types.keys()].some((name) => name.startsWith(prefix)));
    const architecture = huggingFaceVitArchitecture(said, source, { pooling: 'mean', ...options });
    return {
      architecture,
      preprocessing: huggingFacePreprocessing(checkpoint, said.num_channels),
      variant: {
        prefix: types.has('vit.embeddings.cls_token') ? 'vit.' : '',
        decoderLayers: layers ?? DECODER_LAYERS[0] ?? '',
      },
      head: null,
      classes: null,
      decoder,
      assumed:
        options.pooling === undefined ? ['MAE is fine-tuned on the mean of the patch tokens; no config says it.'] : [],
    };
  },
  entries: ({ variant }, table) => table.map(({ name }) => entry(name, variant)),
  mayTravel: (name) => /(^|\.)(pooler|position_ids)\b/.test(name),
  files(model, files) {
    if (files['config.json'] !== undefined) return { ...files };
    const { decoder } = model;
    const fresh = {
      architectures: [decoder === null ? 'ViTMAEModel' : 'ViTMAEForPreTraining'],
      ...freshVitConfig(model.architecture),
      ...(decoder === null
        ? {}
        : {
            decoder_hidden_size: decoder.dim,
            decoder_intermediate_size: decoder.mlp,
            decoder_num_attention_heads: decoder.heads,
            decoder_num_hidden_layers: decoder.depth,
          }),
      model_type: 'vit_mae',
    };
    return {
      'config.json': `${JSON.stringify(fresh, null, 2)}\n`,
      [PREPROCESSOR]: freshPreprocessor(model, 'ViTImageProcessor'),
    };
  },
  variant(architecture: VitArchitecture): Variant {
    refuseBeyondPlainVit(architecture, this.title);
    return { prefix: 'vit.', decoderLayers: DECODER_LAYERS[0] ?? '' };
  },
};

function entry(house: string, variant: Variant): NameEntry {
  const found = huggingFaceVitEntry(house, String(variant.prefix));
  if (found !== null) return found;
  const block = blockOf(house);
  if (block !== null) {
    return blockEntry(house, block.rest, `${variant.decoderLayers}${block.index}.`, huggingFaceVitBlock);
  }
  // ViTMAE has no class for a head of classes; a head keeps its name, and transformers leaves it alone.
  return { house, foreign: [house.startsWith('head.') ? house : `decoder.${house}`] };
}
