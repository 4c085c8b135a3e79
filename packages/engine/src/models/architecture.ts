import { z } from 'zod';
import { vitArchitectureSchema } from './vit/architecture.js';

/** Every model family this engine can build; `family` decides which other fields there are. */
export const architectureSchema = z.discriminatedUnion('family', [vitArchitectureSchema]);

export type Architecture = z.output<typeof architectureSchema>;
