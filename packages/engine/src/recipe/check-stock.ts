import { checkBatch, checkTrainingSplit, splitCount } from './check-splits.js';
import { checkSslTraining } from './check-ssl.js';
import {
  checkAccumulation,
  checkEarlyStopping,
  checkSnapshots,
  checkTrainingFields,
  HELD_OUT,
} from './check-training.js';
import type { DocumentIssue } from './issues.js';
import { isTraining, type Recipe, type RecipeStock } from './schema.js';

export function checkStock(recipe: Recipe): DocumentIssue[] {
  const { stock } = recipe;
  if (stock === undefined) return checkNoStock(recipe);
  return [
    ...checkOrigin(recipe, stock),
    ...checkTrainingSplit(recipe, stock.head.split, ['stock', 'head', 'split'], ['train']),
    ...checkHead(recipe, stock),
  ];
}

/** Only what is there already needs no stock to start from. */
function checkNoStock({ ingredients }: Recipe): DocumentIssue[] {
  const trained = ingredients.find(isTraining);
  if (trained === undefined) return [];
  const message = `missing; expected the model that '${trained.name}' is trained from. Only a recipe whose ingredients are all imported goes without.`;
  return [{ path: ['stock'], message }];
}

function checkHead(recipe: Recipe, { head, checkpoint }: RecipeStock): DocumentIssue[] {
  if (head.algorithm === 'linear-probe') {
    return checkBatch(recipe, head.split, head.batch, ['stock', 'head', 'batch']);
  }
  if (checkpoint !== undefined) return [];
  const message =
    "a zero-shot head needs a stock that was trained together with text. Take CLIP by `checkpoint`, or use 'linear-probe'.";
  return [{ path: ['stock', 'head', 'algorithm'], message }];
}

function checkOrigin(recipe: Recipe, { architecture, pretrain, checkpoint, sha256 }: RecipeStock): DocumentIssue[] {
  const path = ['stock'];
  if (checkpoint === undefined) {
    if (pretrain === undefined) {
      const message =
        'missing; expected either `pretrain` (with `architecture`), to make the stock, or `checkpoint`, to take one that is there.';
      return [{ path: [...path, 'pretrain'], message }];
    }
    if (architecture === undefined) {
      return [{ path: [...path, 'architecture'], message: 'missing; expected the network that is to be pre-trained.' }];
    }
    if (sha256 !== undefined) {
      const message = 'only a checkpoint can be pinned by its hash. Leave it out beside `pretrain`.';
      return [{ path: [...path, 'sha256'], message }];
    }
    return checkPretraining(recipe, { architecture, pretrain });
  }
  const issues: DocumentIssue[] = [];
  if (pretrain !== undefined) {
    const message = 'a stock is either pre-trained or taken from `checkpoint`. Remove one of the two.';
    issues.push({ path: [...path, 'pretrain'], message });
  }
  if (architecture !== undefined) {
    const message = 'a checkpoint says itself what its architecture is. Remove `architecture`.';
    issues.push({ path: [...path, 'architecture'], message });
  }
  return issues;
}

type Pretraining = { readonly [Part in 'architecture' | 'pretrain']: NonNullable<RecipeStock[Part]> };

function checkPretraining(recipe: Recipe, pretraining: Pretraining): DocumentIssue[] {
  const { pretrain } = pretraining;
  return [
    ...checkArchitecture(pretraining),
    ...checkTrainingSplit(recipe, pretrain.split, ['stock', 'pretrain', 'split'], ['unlabeled', 'train']),
    ...checkBatch(recipe, pretrain.split, pretrain.batch, ['stock', 'pretrain', 'batch']),
    ...checkTrainingFields(pretrain, ['stock', 'pretrain']),
    ...checkAccumulation(pretrain, [pretrain.batch], ['stock', 'pretrain']),
    ...checkEarlyStopping(recipe, pretrain, { split: pretrain.split, roles: HELD_OUT }, ['stock', 'pretrain']),
    ...checkSnapshots(pretrain, splitCount(recipe, pretrain.split), ['stock', 'pretrain']),
  ];
}

function checkArchitecture({ architecture, pretrain }: Pretraining): DocumentIssue[] {
  const path = ['stock', 'architecture'];
  const issues: DocumentIssue[] = [];
  if (architecture.image % architecture.patch !== 0) {
    issues.push({
      path: [...path, 'patch'],
      message: `an image of ${architecture.image} pixels cannot be cut into patches of ${architecture.patch}. Use a divisor of ${architecture.image}.`,
    });
  }
  issues.push(...checkWidth(architecture, [...path, 'heads'], [...path, 'dim']));
  if (pretrain.algorithm === 'mae') {
    const decoder = ['stock', 'pretrain', 'decoder'];
    issues.push(...checkWidth(pretrain.decoder, [...decoder, 'heads'], [...decoder, 'dim']));
  }
  const { algorithm, batch } = pretrain;
  const where = ['stock', 'pretrain'];
  issues.push(...checkSslTraining({ algorithm, options: pretrain, batches: [batch], architecture, path: where }));
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
