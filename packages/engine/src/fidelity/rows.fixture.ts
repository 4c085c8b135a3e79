import { goldenVectors } from './golden-vectors.fixture.js';
import { optimizerRows } from './optimizers.fixture.js';
import type { FidelityRow } from './row.fixture.js';

/** Every comparison with an oracle, by topic. A topic is one file beside this one and one entry here. */
export const fidelityTopics: Readonly<Record<string, readonly FidelityRow[]>> = {
  'Golden vectors': goldenVectors,
  'Optimizers and schedules': optimizerRows,
};
