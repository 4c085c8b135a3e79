import type { DocumentIssue, Path } from './issues.js';
import type { Architecture } from './parameters.js';
import type { SslAlgorithm } from './ssl-options.js';

/** Options that only the method's own recipe has, not Self-Soupervision's simpler one. */
const OFFICIAL_ONLY: Readonly<Record<'mocov3' | 'mmcr', readonly string[]>> = {
  mocov3: ['teacher_momentum', 'hidden', 'width', 'freeze_patches'],
  mmcr: ['views_per_image', 'teacher_momentum', 'hidden', 'width'],
};

/** MaSSL's defaults, which its memory is checked with: `ssl/massl.ts` has the same. */
const MEMORY = { slots: 65_536, block: 1024 };

/** What is known of a training without labels before anything is drawn or read. */
export interface SslTraining {
  readonly algorithm: SslAlgorithm;
  readonly options: Readonly<Record<string, unknown>>;
  /** The batches that may be drawn. */
  readonly batches: readonly number[];
  /** Null when a checkpoint brings it. */
  readonly architecture: Architecture | null;
  /** Where the options stand in the document. */
  readonly path: Path;
}

/** Options of a self-supervised algorithm that do not go together, as far as they are constants. */
export function checkSslTraining(training: SslTraining): DocumentIssue[] {
  return [checkVariant, checkMasking, checkMemory, checkLocal, checkPrecision].flatMap((check) => check(training));
}

function checkVariant({ algorithm, options, path }: SslTraining): DocumentIssue[] {
  if (algorithm !== 'mocov3' && algorithm !== 'mmcr') return [];
  if (options.variant !== 'self-soup') return [];
  return OFFICIAL_ONLY[algorithm]
    .filter((option) => options[option] !== undefined)
    .map((option) => ({
      path: [...path, option],
      message: `the variant self-soup of ${algorithm} has no '${option}': no teacher, and a head of fixed shape. Remove it, or use the variant official.`,
    }));
}

function checkMasking({ algorithm, options, architecture, path }: SslTraining): DocumentIssue[] {
  const { mask } = options;
  if (algorithm === 'mae' && (architecture?.registers ?? 0) > 0) {
    const message =
      "MAE's decoder reads one token before the patches and has no place for registers. Remove them, or use another algorithm.";
    return [{ path: ['stock', 'architecture', 'registers'], message }];
  }
  if (algorithm !== 'mae' || typeof mask !== 'number' || architecture === null) return [];
  const patches = Math.floor(architecture.image / architecture.patch) ** 2;
  const visible = Math.floor(patches * (1 - mask));
  if (visible >= 1 && visible < patches) return [];
  return [
    {
      path: [...path, 'mask'],
      message: `of ${patches} patches the encoder would see ${visible}. It must see at least one and miss at least one.`,
    },
  ];
}

function checkMemory({ algorithm, options, batches, path }: SslTraining): DocumentIssue[] {
  if (algorithm !== 'massl') return [];
  const slots = Number(options.memory ?? MEMORY.slots);
  const block = Number(options.block ?? MEMORY.block);
  return [block, ...batches]
    .filter((divisor) => slots % divisor !== 0)
    .map((divisor) => ({
      path: [...path, 'memory'],
      message: `a memory of ${slots} is no multiple of ${divisor}. It must be one of the block (${block}) and of every batch (${batches.join(', ')}).`,
    }));
}

function checkLocal({ options, architecture, path }: SslTraining): DocumentIssue[] {
  const { local_image: size } = options;
  if (typeof size !== 'number' || architecture === null) return [];
  if (size % architecture.patch === 0 && size <= architecture.image) return [];
  return [
    {
      path: [...path, 'local_image'],
      message: `a local view of ${size} pixels is no multiple of the patch ${architecture.patch} up to the image ${architecture.image}.`,
    },
  ];
}

function checkPrecision({ algorithm, options, path }: SslTraining): DocumentIssue[] {
  if (algorithm !== 'mmcr' || options.precision !== 'f16') return [];
  const message =
    'mmcr needs f32: the products that find its nuclear norm would turn the rounding of f16 into directions of their own. Remove `precision`.';
  return [{ path: [...path, 'precision'], message }];
}
