import { z } from 'zod';
import { sha256Hex } from '../json.js';
import type { Architecture as RecipeArchitecture } from '../recipe/parameters.js';
import { onnxArchitectureSchema } from './onnx/architecture.js';
import { vitArchitectureSchema, vitWithoutDefaults } from './vit/architecture.js';

/** Every model family that this engine builds itself; `family` decides which other fields there are. */
export const architectureSchema = z.discriminatedUnion('family', [vitArchitectureSchema]);

export type Architecture = z.output<typeof architectureSchema>;

/** Every family of image models: those and networks that came as ONNX files, which bring their own graph. */
export const imageArchitectureSchema = z.discriminatedUnion('family', [vitArchitectureSchema, onnxArchitectureSchema]);

export type ImageArchitecture = z.output<typeof imageArchitectureSchema>;

/** The architecture that a recipe writes down, whose fields have the names of a recipe. */
export function architectureOf({ layer_scale: layerScale, ...said }: RecipeArchitecture): Architecture {
  return architectureSchema.parse(layerScale === undefined ? said : { ...said, layerScale });
}

/** An architecture for people and records: a graph by the hash of its bytes. */
export function shownArchitecture(architecture: ImageArchitecture): Readonly<Record<string, unknown>> {
  if (architecture.family !== 'onnx') return { ...architecture };
  return { ...architecture, graph: `sha256:${sha256Hex(architecture.graph)}` };
}

/** An architecture as metadata has it: without fields at their default, so that a new field changes no old bytes. */
export function storedArchitecture(architecture: ImageArchitecture): ImageArchitecture {
  return architecture.family === 'vit' ? vitWithoutDefaults(architecture) : architecture;
}
