import { checkBatch, checkTrainingSplit } from './check-splits.js';
import type { DocumentIssue } from './issues.js';
import type { Recipe } from './schema.js';

export function checkStock(recipe: Recipe): DocumentIssue[] {
  const { pretrain, head } = recipe.stock;
  return [
    ...checkArchitecture(recipe),
    ...checkTrainingSplit(recipe, pretrain.split, ['stock', 'pretrain', 'split'], ['unlabeled', 'train']),
    ...checkBatch(recipe, pretrain.split, pretrain.batch, ['stock', 'pretrain', 'batch']),
    ...checkTrainingSplit(recipe, head.split, ['stock', 'head', 'split'], ['train']),
    ...checkBatch(recipe, head.split, head.batch, ['stock', 'head', 'batch']),
  ];
}

function checkArchitecture(recipe: Recipe): DocumentIssue[] {
  const { architecture, pretrain } = recipe.stock;
  const path = ['stock', 'architecture'];
  const issues: DocumentIssue[] = [];
  if (architecture.image % architecture.patch !== 0) {
    issues.push({
      path: [...path, 'patch'],
      message: `an image of ${architecture.image} pixels cannot be cut into patches of ${architecture.patch}. Use a divisor of ${architecture.image}.`,
    });
  }
  issues.push(...checkWidth(architecture, [...path, 'heads'], [...path, 'dim']));
  const decoder = ['stock', 'pretrain', 'decoder'];
  issues.push(...checkWidth(pretrain.decoder, [...decoder, 'heads'], [...decoder, 'dim']));

  const patches = Math.floor(architecture.image / architecture.patch) ** 2;
  const visible = Math.floor(patches * (1 - pretrain.mask));
  if (visible < 1 || visible >= patches) {
    issues.push({
      path: ['stock', 'pretrain', 'mask'],
      message: `of ${patches} patches the encoder would see ${visible}. It must see at least one and miss at least one.`,
    });
  }
  return issues;
}

function checkWidth(
  { dim, heads }: { readonly dim: number; readonly heads: number },
  headsPath: readonly string[],
  dimPath: readonly string[],
): DocumentIssue[] {
  const issues: DocumentIssue[] = [];
  if (dim % heads !== 0) {
    issues.push({
      path: headsPath,
      message: `a width of ${dim} cannot be shared by ${heads} heads. Use a divisor of ${dim}.`,
    });
  }
  // Fixed 2-D positions: sine and cosine for each of two axes (science §4.1).
  if (dim % 4 !== 0) issues.push({ path: dimPath, message: `a width of ${dim} is not a multiple of 4.` });
  return issues;
}
