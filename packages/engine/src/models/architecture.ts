import { z } from 'zod';
import { vitArchitectureSchema, vitWithoutDefaults } from './vit/architecture.js';

/** Every model family this engine can build; `family` decides which other fields there are. */
export const architectureSchema = z.discriminatedUnion('family', [vitArchitectureSchema]);

export type Architecture = z.output<typeof architectureSchema>;

/** An architecture as metadata has it: without fields at their default, so that a new field changes no old bytes. */
export function storedArchitecture(architecture: Architecture): Architecture {
  return architecture.family === 'vit' ? vitWithoutDefaults(architecture) : architecture;
}
